//! A reading device: it knows an address and no cookie, loses its connection whenever it sleeps, and has little memory.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bookplate::db::Timestamp;
use bookplate::downloads::links::DownloadLink;
use bookplate::ids::Token;
use bookplate::permission::Viewer;
use chrono::DateTime;

use crate::shop::{OnSale, Shop, WAYS};

/// 3 MB in which no two places look alike.
fn book() -> Vec<u8> {
    (0..375_000_u64).flat_map(|number| (number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes()).collect()
}

fn now() -> Timestamp {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap().naive_utc()
}

/// What the device has of the book.
#[derive(Default)]
struct Device {
    half: Vec<u8>,
    tag: Option<String>,
}

impl Device {
    /// Fetches until there are `most` bytes, then falls asleep with the connection open. Gives the status.
    ///
    /// # Panics
    /// When the answer ends before it should.
    fn fetch(&mut self, shop: SocketAddr, path: &str, most: usize) -> u16 {
        let mut stream = TcpStream::connect(shop).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {shop}\r\nUser-Agent: Reader/1.0\r\n");
        if let Some(tag) = &self.tag {
            request.push_str(&format!("Range: bytes={}-\r\nIf-Range: {tag}\r\n", self.half.len()));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).unwrap();
        let mut stream = BufReader::with_capacity(4096, stream);
        let mut line = || {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        let status: u16 = line().split(' ').nth(1).unwrap().parse().unwrap();
        let mut length = 0;
        loop {
            let header = line();
            let Some((name, value)) = header.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "etag" => self.tag = Some(value.to_owned()),
                _ => {}
            }
        }
        match status {
            // The file is another one by now, or the server can't tell: begin anew.
            200 => self.half.clear(),
            206 => {}
            _ => return status,
        }
        let wanted = most.saturating_sub(self.half.len()).min(length);
        let mut some = vec![0; wanted];
        stream.read_exact(&mut some).unwrap();
        self.half.extend(some);
        status
    }
}

#[test]
fn a_reading_device_sleeps_wakes_and_has_the_book_by_its_link() {
    let book = book();
    for way in WAYS {
        let mut shop =
            Shop::open(way, &[OnSale { id: "book", name: "War and Peace.epub", bytes: &book }], &[]);
        let key = Token::parse(shop.cookie.split_once('=').unwrap().1).unwrap();
        let viewer = Viewer { account: None, tokens: vec![key.hash()] };
        let maker = viewer.clone();
        let (name, token) =
            shop.db.write_blocking(move |conn| DownloadLink::make(conn, &maker, "book", now())).unwrap();
        let path = format!("/get/{}/{}", token.secret(), name.replace(' ', "%20"));
        let mut device = Device::default();
        assert_eq!(device.fetch(shop.address, &path, 1_000_000), 200, "{way:?}\n{}", shop.logs());
        assert_eq!(device.fetch(shop.address, &path, 2_000_000), 206, "{way:?}");
        shop.restart(&[]);
        assert_eq!(device.fetch(shop.address, &path, usize::MAX), 206, "{way:?}");
        assert!(device.half == book, "{way:?}: {} bytes", device.half.len());

        // Ended while the next book is half there: nothing more comes, and what is there stays.
        let mut device = Device::default();
        assert_eq!(device.fetch(shop.address, &path, 1_000_000), 200, "{way:?}");
        let ended = shop.db.write_blocking(move |conn| {
            let link = DownloadLink::all_of(conn, &viewer)?.remove(0).link.public_id;
            DownloadLink::revoke(conn, &viewer, &link, now())
        });
        assert!(ended.unwrap_or_else(|error: diesel::result::Error| panic!("{error}")));
        assert_eq!(device.fetch(shop.address, &path, usize::MAX), 404, "{way:?}");
        assert_eq!(device.half.len(), 1_000_000);
    }
}
