//! The program's own listener, which stands where no web server does.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use bookplate::config::Backend;

use crate::client::{self, Connection};
use crate::shop::{OnSale, Shop};

const BOOK: &[u8] = b"%PDF-1.7 a small book";

fn shop(settings: &[(&str, &str)]) -> Shop {
    Shop::open(Backend::Builtin, &[OnSale { id: "emma", name: "Emma.pdf", bytes: BOOK }], settings)
}

/// A book that no socket's buffers hold.
fn large() -> Vec<u8> {
    (0..12_000_000_u32).flat_map(u32::to_le_bytes).collect()
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    // A server that hangs fails a test rather than stop it.
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// All that comes until the server ends the connection, however it does.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let (mut all, mut piece) = (Vec::new(), vec![0; 1 << 20]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return all,
            Ok(count) => all.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return all,
            Err(error) => panic!("the connection stays open: {error}"),
        }
    }
}

#[test]
fn who_says_nothing_or_half_a_thing_is_let_go() {
    let shop = shop(&[("BOOKPLATE_FRONT__HEAD_SECONDS", "1")]);
    let (mut silent, mut half) = (connect(shop.address), connect(shop.address));
    half.write_all(b"GET /healthz HTTP/1.1\r\nHost: loc").unwrap();
    let mut idle = connect(shop.address);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(rest(&mut idle).starts_with(b"HTTP/1.1 200 "));
    rest(&mut silent);
    assert!(!rest(&mut half).starts_with(b"HTTP/1.1 200 "));
}

#[test]
fn a_form_whose_rest_does_not_come_is_given_up() {
    let shop = shop(&[("BOOKPLATE_FRONT__STALL_SECONDS", "1")]);
    let mut stalled = connect(shop.address);
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 100\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=",
        shop.address
    );
    stalled.write_all(head.as_bytes()).unwrap();
    assert!(!rest(&mut stalled).starts_with(b"HTTP/1.1 2"));
    assert_eq!(shop.ask_as_a_stranger("GET", "/healthz", &[]).status, 200);
}

#[test]
fn who_takes_nothing_of_a_download_is_let_go() {
    let book = large();
    let files = [OnSale { id: "emma", name: "Emma.pdf", bytes: &book }];
    let shop = Shop::open(Backend::Builtin, &files, &[("BOOKPLATE_FRONT__STALL_SECONDS", "1")]);
    let mut stalled = connect(shop.address);
    let request =
        format!("GET /download/emma HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", shop.address, shop.cookie);
    stalled.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(4));
    let came = rest(&mut stalled);
    assert!(came.starts_with(b"HTTP/1.1 200 "));
    assert!(came.len() < book.len(), "all {} bytes came", came.len());
    // Who takes it is served on.
    assert!(shop.ask("GET", "emma", &[]).body == book);
}

#[test]
fn a_book_comes_byte_for_byte_however_it_is_asked_for() {
    let book = large();
    let files = [
        OnSale { id: "emma", name: "Emma.pdf", bytes: &book },
        OnSale { id: "leaf", name: "Leaf.pdf", bytes: &book[5..6] },
        OnSale { id: "booklet", name: "Booklet.pdf", bytes: &book[..3_000_001] },
    ];
    let shop = Shop::open(Backend::Builtin, &files, &[]);
    let mut kept = Connection::open(shop.address).unwrap();
    let cookie = ("Cookie", shop.cookie.as_str());
    let parts = [("leaf", 0..1), ("booklet", 0..3_000_001), ("emma", 1..2), ("emma", 4_095..40_000_000)];
    for (id, part) in parts.iter().chain(parts.iter().rev()) {
        let range = format!("bytes={}-{}", part.start, part.end - 1);
        // All of them are asked for before the first is read.
        kept.tell("GET", &format!("/download/{id}"), &[cookie, ("Range", &range)], "").unwrap();
    }
    for (id, part) in parts.iter().chain(parts.iter().rev()) {
        let bytes = if *id == "leaf" { &book[5..6] } else { &book[part.clone()] };
        assert!(kept.hear().unwrap().body == bytes, "{part:?} of {id}");
    }
    let several = [cookie, ("Range", "bytes=0-99,1000000-1999999,7000000-7000000")];
    let reply = kept.ask("GET", "/download/emma", &several).unwrap();
    assert_eq!(reply.status, 206);
    let has = |part: &[u8]| reply.body.windows(part.len()).any(|there| there == part);
    assert!(has(&book[1_000_000..2_000_000]) && has(&book[..100]));
    let mut old = connect(shop.address);
    write!(old, "GET /download/booklet HTTP/1.0\r\nCookie: {}\r\n\r\n", shop.cookie).unwrap();
    assert!(rest(&mut old).ends_with(&book[..3_000_001]));
}

#[test]
fn a_full_house_says_so_and_lets_the_next_in_when_one_leaves() {
    let shop = shop(&[("BOOKPLATE_FRONT__CONNECTIONS", "2")]);
    let mut inside: Vec<Connection> = Vec::new();
    // The test's own look at whether the shop is up may still be counted.
    while inside.len() < 2 {
        let mut connection = Connection::open(shop.address).unwrap();
        if connection.ask("GET", "/healthz", &[]).is_ok_and(|reply| reply.status == 200) {
            inside.push(connection);
        }
    }
    let mut turned_away = connect(shop.address);
    let said = String::from_utf8(rest(&mut turned_away)).unwrap();
    assert!(said.starts_with("HTTP/1.1 503 ") && said.contains("Retry-After: "), "{said}");
    inside.pop();
    let came_in = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        client::ask(shop.address, "GET", "/healthz", &[]).is_ok_and(|reply| reply.status == 200)
    });
    assert!(came_in);
}

#[test]
fn a_client_is_known_by_its_address_and_not_by_what_it_says() {
    let limit = ("BOOKPLATE_ACCOUNTS__SIGN_IN_PER_ADDRESS", "{ times = 2, minutes = 60 }");
    let shop = shop(&[limit]);
    let sign_in = |from: &str, forged: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "--interface", from]);
        curl.args(["-H", &format!("X-Real-IP: {forged}"), "-H", &format!("X-Forwarded-For: {forged}")]);
        curl.args([
            "-H",
            "Sec-Fetch-Site: same-origin",
            "-d",
            &format!("email=a{forged}%40b.example&password=wrong"),
        ]);
        let output = curl.arg(format!("http://{}/sign-in", shop.address)).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for forged in ["192.0.2.1", "192.0.2.2"] {
        assert_eq!(sign_in("127.0.0.1", forged), "422");
    }
    assert_eq!(sign_in("127.0.0.1", "192.0.2.3"), "429");
    assert_eq!(sign_in("127.0.0.2", "192.0.2.3"), "422");
}

#[test]
fn a_form_that_is_too_large_is_refused_in_words() {
    let shop = shop(&[]);
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
    let form = format!("email={}", "a".repeat(3_000_000));
    // The app closes while the rest is still on its way: several at once, so that it does at any moment.
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..15 {
                    let mut connection = Connection::open(shop.address).unwrap();
                    let reply = connection.send("POST", "/sign-in", &headers, &form).unwrap();
                    assert_eq!(reply.status, 413, "{}", reply.everything());
                }
            });
        }
    });
}

#[test]
fn a_download_that_runs_when_the_shop_is_stopped_comes_to_its_end() {
    let book = large();
    let shop = Shop::open(Backend::Builtin, &[OnSale { id: "emma", name: "Emma.pdf", bytes: &book }], &[]);
    let mut running = connect(shop.address);
    let request =
        format!("GET /download/emma HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", shop.address, shop.cookie);
    running.write_all(request.as_bytes()).unwrap();
    let mut first = vec![0; 1000];
    running.read_exact(&mut first).unwrap();
    let address = shop.address;
    // Who closes the shop waits until it has ended.
    let closing = std::thread::spawn(move || drop(shop));
    let is_closed = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        TcpStream::connect(address).is_err()
    });
    assert!(is_closed, "nobody new comes in");
    let all = [first, rest(&mut running)].concat();
    assert!(all.ends_with(&book), "{} of {} bytes came", all.len(), book.len());
    closing.join().unwrap();
}

#[test]
fn every_form_of_a_request_is_understood_or_refused() {
    let shop = shop(&[]);
    let ask = |request: &str| {
        let mut stream = connect(shop.address);
        stream.write_all(request.as_bytes()).unwrap();
        String::from_utf8_lossy(&rest(&mut stream)).into_owned()
    };
    let absolute = ask("GET http://localhost/healthz HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
    assert!(absolute.starts_with("HTTP/1.1 200 "), "{absolute}");
    assert!(ask("GET /healthz HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 200 "));
    let tunnel = ask("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n");
    assert!(tunnel.starts_with("HTTP/1.1 501 "), "{tunnel}");
    // Two lengths are how a request hides behind another.
    let two = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nabcd";
    assert!(ask(two).starts_with("HTTP/1.1 400 "));
    let both = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nHEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(both).matches("HTTP/1.1 200 ").count(), 2);
}
