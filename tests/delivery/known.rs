//! What nginx and Apache say of what they sent, and that nothing of it is counted twice or comes from a client.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bookplate::config::Backend;
use bookplate::db::schema::{deliveries, downloads};
use diesel::prelude::*;

use crate::servers::run;
use crate::shop::{OnSale, Shop, Way};

/// More than the buffers between a server and a client hold: whoever goes after the first bytes has not been sent it all.
const LENGTH: usize = 24_000_000;

fn book() -> Vec<u8> {
    (0..LENGTH / 4).flat_map(|number| u32::try_from(number).unwrap().to_be_bytes()).collect()
}

/// A shop that is told, and the path of its log.
fn shop(way: Way) -> (Shop, std::path::PathBuf) {
    let folder = crate::servers::open_folder().keep();
    let log = folder.join("sent.log");
    let shop = Shop::open(
        way,
        &[OnSale { id: "book", name: "Emma.epub", bytes: &book() }],
        &[("BOOKPLATE_DELIVERY__LOG", log.to_str().unwrap())],
    );
    (shop, log)
}

/// Each answer's outcome and bytes, the oldest first, once `count` of them are known.
fn outcomes(shop: &Shop, count: usize) -> Vec<(String, i64)> {
    let start = Instant::now();
    loop {
        let known: Vec<(Option<String>, Option<i64>)> = shop
            .db
            .read_blocking(|conn| {
                downloads::table
                    .filter(downloads::outcome.is_not_null())
                    .order(downloads::id)
                    .select((downloads::outcome, downloads::sent_bytes))
                    .load(conn)
            })
            .map_err(|error: diesel::result::Error| error)
            .unwrap();
        if known.len() >= count {
            return known.into_iter().map(|(outcome, sent)| (outcome.unwrap(), sent.unwrap())).collect();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "only {known:?}\n{}", shop.logs());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Requests and whether it is complete, of each download as people count it.
fn counted(shop: &Shop) -> Vec<(i64, bool)> {
    let rows: Vec<(i64, Option<chrono::NaiveDateTime>)> = shop
        .db
        .read_blocking(|conn| {
            deliveries::table
                .order(deliveries::id)
                .select((deliveries::answers, deliveries::completed_at))
                .load(conn)
        })
        .map_err(|error: diesel::result::Error| error)
        .unwrap();
    rows.into_iter().map(|(answers, completed)| (answers, completed.is_some())).collect()
}

/// Asks for the book and goes after its first bytes.
fn break_off(shop: &Shop) {
    let mut stream = TcpStream::connect(shop.address).unwrap();
    let request =
        format!("GET /download/book HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", shop.address, shop.cookie);
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
}

#[test]
fn nginx_and_apache_tell_what_they_sent_once_whatever_happens_to_the_log() {
    for backend in [Way::Local(Backend::Nginx), Way::Local(Backend::Apache), Way::S3(Backend::Nginx)] {
        let (shop, log) = shop(backend);
        // A client's own ticket means nothing.
        let forged = [("X-Bookplate-Ticket", "00000000000000000000000000")];
        let whole = shop.ask("GET", "book", &forged);
        assert!(whole.body == book(), "{backend:?}");
        assert_eq!(whole.header("X-Bookplate-Ticket"), None, "{backend:?}: the ticket is the server's alone");
        shop.ask("HEAD", "book", &[]);
        let part = shop.ask("GET", "book", &[("Range", "bytes=10-19")]);
        assert_eq!(part.status, 206, "{backend:?}");
        assert_eq!(
            outcomes(&shop, 2),
            [("complete".to_owned(), i64::try_from(LENGTH).unwrap()), ("partial".to_owned(), 10)],
            "{backend:?}"
        );

        // The log is moved away, as logrotate does; what is still written into it is read, too.
        let moved = log.with_extension("log.1");
        fs::rename(&log, &moved).unwrap();
        break_off(&shop);
        let known = outcomes(&shop, 3);
        assert_eq!(known[2].0, "aborted", "{backend:?}: {known:?}");
        // All of it once more, and as a copy: nothing counts twice.
        fs::copy(&moved, &log).unwrap();
        let mut all = fs::OpenOptions::new().append(true).open(&log).unwrap();
        all.write_all(&fs::read(&moved).unwrap()).unwrap();
        all.write_all(b"nonsense\n{\"ticket\":\"0\"}\n").unwrap();
        let again = shop.says(&["ingest-log", log.to_str().unwrap()]);
        assert!(again.contains("0 ends of downloads noted"), "{backend:?}: {again}");
        assert_eq!(counted(&shop), [(3, true)], "{backend:?}: one reader, one book, one download");
        let _ = fs::remove_dir_all(log.parent().unwrap());
    }
}

#[test]
fn sixteen_connections_are_one_download() {
    for backend in [
        Way::Local(Backend::Builtin),
        Way::Local(Backend::Nginx),
        Way::Local(Backend::Apache),
        Way::S3(Backend::Builtin),
        Way::S3(Backend::Nginx),
    ] {
        let (shop, log) = shop(backend);
        let folder = tempfile::tempdir().unwrap();
        let output = run("aria2c", |command| {
            command.args(["-q", "-x16", "-s16", "-k1M", "-o", "Emma.epub"]).arg("-d").arg(folder.path());
            command.arg(format!("--header=Cookie: {}", shop.cookie)).arg(shop.url("book"));
        });
        assert!(output.status.success(), "{backend:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(fs::read(folder.path().join("Emma.epub")).unwrap() == book(), "{backend:?}");
        let start = Instant::now();
        while !matches!(counted(&shop).as_slice(), [(_, true)]) {
            assert!(start.elapsed() < Duration::from_secs(60), "{backend:?}: {:?}", counted(&shop));
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = fs::remove_dir_all(log.parent().unwrap());
    }
}
