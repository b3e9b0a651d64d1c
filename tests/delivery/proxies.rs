//! What the printed configurations pass on to the shop, seen from the shop's side.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use bookplate::config::{Backend, ContentType};
use bookplate::delivery::proxy_config::{self, Site, WebServer};

use crate::shop::{OnSale, Shop};
use crate::{client, servers};

/// The head of the request that reaches the shop when `server` gets one with `headers`.
fn what_reaches_the_shop(server: WebServer, headers: &[(&str, &str)]) -> Vec<String> {
    let folder = servers::open_folder();
    let root = folder.path().join("store");
    servers::share_store_with_the_web_server(&root);
    std::fs::create_dir_all(&root).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = servers::free_address();
    let site = Site {
        server_name: "localhost".to_owned(),
        listen: Some(listen),
        app: listener.local_addr().unwrap(),
        store_root: root.canonicalize().unwrap(),
        bucket: None,
        backend: Backend::Builtin,
        internal_prefix: "/protected/".to_owned(),
        content_type: ContentType::Guess,
        log: String::new(),
        max_body: 1 << 20,
        idle_seconds: 20,
    };
    let text = proxy_config::render(server, &site).unwrap();
    let front = match server {
        WebServer::Nginx => servers::nginx(&text, listen, folder.path()),
        WebServer::Apache => servers::apache(&text, listen, folder.path()),
        WebServer::Lighttpd => servers::lighttpd(&text, listen, folder.path()),
        WebServer::Caddy => servers::caddy(&text, listen, folder.path()),
    };
    let shop = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut stream = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        stream
            .get_mut()
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            .unwrap();
        head
    });
    let reply = client::ask(front.address, "GET", "/books?q=a%2Fb%20%C3%A9&page=2", headers).unwrap();
    assert_eq!((reply.status, reply.body.as_slice()), (200, &b"ok"[..]), "{server:?}");
    shop.join().unwrap()
}

#[test]
fn the_shop_learns_who_asks_and_nothing_that_a_client_made_up() {
    let forged = [
        ("X-Real-IP", "192.0.2.1"),
        ("X-Forwarded-For", "192.0.2.2"),
        ("X-Forwarded-Proto", "https"),
        ("X-Accel-Redirect", "/protected/x"),
        ("X-Accel-Mapping", "/=/protected/"),
        ("X-Sendfile", "/etc/passwd"),
        ("X-Sendfile-Type", "X-Accel-Redirect"),
        ("Cookie", "bookplate-orders=abc"),
    ];
    for server in [WebServer::Nginx, WebServer::Apache, WebServer::Lighttpd, WebServer::Caddy] {
        let head = what_reaches_the_shop(server, &forged);
        let values = |name: &str| -> Vec<&str> {
            head.iter()
                .filter_map(|line| line.split_once(": "))
                .filter(|(there, _)| there.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
                .collect()
        };
        // lighttpd writes a slash in the query as one, which means the same.
        let slash = if server == WebServer::Lighttpd { "/" } else { "%2F" };
        assert_eq!(head[0], format!("GET /books?q=a{slash}b%20%C3%A9&page=2 HTTP/1.1"), "{server:?}");
        // lighttpd can't be told to write this one; the shop then looks at the other.
        let real_ip: &[&str] = if server == WebServer::Lighttpd { &[] } else { &["127.0.0.1"] };
        assert_eq!(values("X-Real-IP"), real_ip, "{server:?}: {head:?}");
        assert_eq!(values("X-Forwarded-For"), ["127.0.0.1"], "{server:?}: {head:?}");
        assert_eq!(values("X-Forwarded-Proto"), ["http"], "{server:?}: {head:?}");
        assert_eq!(values("Cookie"), ["bookplate-orders=abc"], "{server:?}: {head:?}");
        assert!(
            values("Host")[0].starts_with("127.0.0.1:"),
            "{server:?}: the host that was asked for, {head:?}"
        );
        for name in ["X-Accel-Redirect", "X-Accel-Mapping", "X-Sendfile", "X-Sendfile-Type"] {
            assert_eq!(values(name), Vec::<&str>::new(), "{server:?}: {name}");
        }
    }
}

#[test]
fn the_built_in_backend_sends_the_same_through_every_server() {
    let book: Vec<u8> = (0..1_500_000_u32).flat_map(u32::to_le_bytes).collect();
    let files = [OnSale { id: "book", name: "Emma.epub", bytes: &book }];
    for front in [Backend::Nginx, Backend::Apache, Backend::Lighttpd, Backend::Caddy] {
        let shop = Shop::open(front, &files, &[("BOOKPLATE_DELIVERY__BACKEND", "builtin")]);
        let whole = shop.ask("GET", "book", &[]);
        assert!(whole.status == 200 && whole.body == book, "{front:?}");
        assert_eq!(whole.header("Content-Length"), Some("6000000"), "{front:?}");
        assert_eq!(whole.header("Accept-Ranges"), Some("bytes"), "{front:?}");
        let part =
            shop.ask("GET", "book", &[("Range", "bytes=-7"), ("If-Range", whole.header("ETag").unwrap())]);
        assert!(part.status == 206 && part.body == book[book.len() - 7..], "{front:?}");
        assert_eq!(shop.ask("GET", "book", &[("If-None-Match", "*")]).status, 304, "{front:?}");
        assert_eq!(shop.ask("HEAD", "book", &[]).header("Content-Length"), Some("6000000"), "{front:?}");
    }
}
