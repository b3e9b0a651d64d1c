//! What a file may be, or become.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use bookplate::config::Backend;

use crate::client::Connection;
use crate::shop::{OnSale, Shop};

const WORDS: &[u8] = b"All the words of a book";

fn each_shop(test: impl Fn(&Shop)) {
    Shop::each(&[OnSale { id: "book", name: "Emma.epub", bytes: WORDS }], test);
}

#[test]
fn five_gigabytes_are_told_and_sent_in_full() {
    const SIZE: u64 = 5 << 30;
    each_shop(|shop| {
        let way = shop.backend;
        shop.make_longer("book", SIZE);
        let mut connection = Connection::open(shop.address).unwrap();
        let mut ask = |method: &str, headers: &[(&str, &str)]| {
            let headers = [&[("Cookie", shop.cookie.as_str())], headers].concat();
            connection.ask(method, "/download/book", &headers).unwrap()
        };
        let head = ask("HEAD", &[]);
        assert_eq!((head.status, head.header("Content-Length")), (200, Some("5368709120")), "{way:?}");
        let etag = head.header("ETag").unwrap();
        for (range, place, length) in [
            ("bytes=-10", "bytes 5368709110-5368709119/5368709120", 10),
            ("bytes=4294967290-4294967299", "bytes 4294967290-4294967299/5368709120", 10),
            ("bytes=5368709119-", "bytes 5368709119-5368709119/5368709120", 1),
        ] {
            let reply = ask("GET", &[("Range", range), ("If-Range", etag)]);
            assert_eq!(reply.status, 206, "{way:?}: {range}: {:?}", reply.headers);
            assert_eq!(reply.header("Content-Range"), Some(place), "{way:?}");
            assert_eq!(reply.body, vec![0; length], "{way:?}: {range}");
        }
        let behind = ask("GET", &[("Range", "bytes=5368709120-")]);
        assert_eq!(
            (behind.status, behind.header("Content-Range")),
            (416, Some("bytes */5368709120")),
            "{way:?}"
        );
        // The whole of it begins; nobody waits for its end.
        let mut begun = begin(shop);
        let mut start = vec![0; 1 << 20];
        begun.read_exact(&mut start).unwrap();
        let text = String::from_utf8_lossy(&start);
        assert!(text.starts_with("HTTP/1.1 200") && text.contains("5368709120\r\n"), "{way:?}");
        assert!(text.contains("All the words"), "{way:?}");
    });
}

#[test]
fn a_file_cut_short_while_it_is_sent_breaks_the_download_off() {
    const SIZE: u64 = 256 << 20;
    each_shop(|shop| {
        shop.make_longer("book", SIZE);
        let mut begun = begin(shop);
        let mut got = vec![0; 64 * 1024];
        begun.read_exact(&mut got).unwrap();
        assert!(got.starts_with(b"HTTP/1.1 200"), "{:?}", shop.backend);
        File::options().write(true).open(shop.stored_path("book")).unwrap().set_len(1 << 20).unwrap();
        // What is under way comes still; the promised length never does.
        let mut block = vec![0; 1 << 20];
        let mut sum = got.len() as u64;
        loop {
            match begun.read(&mut block) {
                Ok(0) => break,
                Ok(read) => sum += read as u64,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
                Err(error) => panic!("{:?}: {error} after {sum} bytes: a download that hangs", shop.backend),
            }
        }
        assert!(sum < SIZE, "{:?}: {sum} bytes, as if nothing had happened", shop.backend);
    });
}

#[test]
fn a_replaced_file_is_another_one() {
    each_shop(|shop| {
        // Objects are only ever written under the hash of their content.
        if shop.service.is_some() {
            return;
        }
        let way = shop.backend;
        let first = shop.ask("GET", "book", &[]);
        let etag = first.header("ETag").unwrap();
        let path = shop.stored_path("book");
        let (new, other) = (path.with_extension("new"), b"Other words, as many...");
        assert_eq!(other.len(), WORDS.len());
        fs::write(&new, other).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o644)).unwrap();
        let later = first_time() + Duration::from_secs(3600);
        File::options().write(true).open(&new).unwrap().set_modified(later).unwrap();
        fs::rename(&new, &path).unwrap();
        for headers in [
            [].as_slice(),
            &[("If-None-Match", etag)],
            &[("Range", "bytes=4-"), ("If-Range", etag)],
            &[("Range", "bytes=4-"), ("If-Range", first.header("Last-Modified").unwrap())],
        ] {
            let reply = shop.ask("GET", "book", headers);
            assert_eq!(reply.status, 200, "{way:?}: {headers:?}");
            assert!(reply.body == other, "{way:?}: {headers:?}: old and new bytes are never mixed");
            assert_ne!(reply.header("ETag"), Some(etag), "{way:?}");
        }
        assert_eq!(shop.ask("GET", "book", &[("If-Match", etag)]).status, 412, "{way:?}");
    });
}

#[test]
fn a_pipe_in_the_place_of_a_file_keeps_nobody_waiting() {
    each_shop(|shop| {
        // A bucket knows no pipes.
        if shop.service.is_some() {
            return;
        }
        let path = shop.stored_path("book");
        fs::remove_file(&path).unwrap();
        assert!(
            crate::servers::run("mkfifo", |mkfifo| {
                mkfifo.arg(&path);
            })
            .status
            .success()
        );
        let reply = shop.ask("GET", "book", &[]);
        assert_eq!(reply.status, 502, "{:?}", shop.backend);
        assert!(reply.everything().contains("Your order is safe"), "{:?}", shop.backend);
    });
}

#[test]
fn a_file_that_the_web_server_may_not_read_shows_nothing_of_itself() {
    each_shop(|shop| {
        if shop.service.is_some() {
            return;
        }
        fs::set_permissions(shop.stored_path("book"), fs::Permissions::from_mode(0o000)).unwrap();
        let reply = shop.ask("GET", "book", &[]);
        let everything = reply.everything();
        // These run as an account of their own; the shop and Caddy run as the tests do, and root may read anything.
        let is_root = rustix::process::geteuid().is_root();
        if is_root && shop.backend.is_local(&[Backend::Builtin, Backend::Caddy]) {
            assert_eq!(reply.status, 200, "{:?}: {everything}", shop.backend);
            return;
        }
        assert!(matches!(reply.status, 403 | 404 | 502), "{:?}: {everything}", shop.backend);
        let folder = shop.store_folder().display().to_string();
        for secret in ["All the words", "protected", folder.as_str(), shop.key("book").as_str()] {
            assert!(!everything.contains(secret), "{:?}: {secret:?} shows in {everything}", shop.backend);
        }
    });
}

/// The time that the shops' files have.
fn first_time() -> SystemTime {
    SystemTime::UNIX_EPOCH + crate::shop::FILE_TIME
}

/// Asks for the book on a connection of its own, and leaves the answer unread.
fn begin(shop: &Shop) -> TcpStream {
    let mut stream = TcpStream::connect(shop.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let (host, cookie) = (shop.address, &shop.cookie);
    write!(
        stream,
        "GET /download/book HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    stream
}
