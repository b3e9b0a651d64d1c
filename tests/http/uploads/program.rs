//! The real program: killed at any point of an upload, on a full disk, and with clients that stall.

use std::net::SocketAddr;
use std::time::Duration;

use bookplate::accounts::AccountId;
use bookplate::ids::hex;
use bookplate::uploads::UploadKey;
use bookplate::uploads::tus::metadata;
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};

use super::{files, intake};
use crate::program::{Connection, Reply, free_address, serve, serve_with_small_files};
use crate::support::{TestBook, TestShop};

const BYTES: &str = "application/offset+octet-stream";

/// A program with a title's key.
struct Client {
    server: SocketAddr,
    key: String,
    title: String,
}

impl Client {
    fn new(shop: &TestShop, server: SocketAddr, book: &TestBook, account: AccountId) -> Self {
        let (id, now) = (book.id, shop.clock.now());
        let key = shop.run(move |conn| UploadKey::create(conn, id, account, now)).unwrap();
        Self { server, key: format!("Bearer {}", key.secret()), title: book.public_id.clone() }
    }

    fn headers<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [&[("Authorization", self.key.as_str()), ("Tus-Resumable", "1.0.0")], more].concat()
    }

    fn begin(&self, name: &str, length: usize) -> String {
        let (length, said) = (length.to_string(), metadata::write(&[("filename", name)]));
        let headers = self.headers(&[("Upload-Length", &length), ("Upload-Metadata", &said)]);
        let path = format!("/publish/uploads/{}", self.title);
        let reply = Connection::open(self.server).unwrap().send("POST", &path, &headers, "").unwrap();
        assert_eq!(reply.status, 201, "{}", reply.everything());
        reply.header("Location").unwrap().to_owned()
    }

    fn offset(&self, upload: &str) -> usize {
        let reply = Connection::open(self.server).unwrap().ask("HEAD", upload, &self.headers(&[])).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.everything());
        reply.header("Upload-Offset").unwrap().parse().unwrap()
    }

    fn send(&self, upload: &str, offset: usize, bytes: &str) -> Reply {
        let offset = offset.to_string();
        let headers = self.headers(&[("Upload-Offset", &offset), ("Content-Type", BYTES)]);
        Connection::open(self.server).unwrap().send("PATCH", upload, &headers, bytes).unwrap()
    }

    /// Begins a request with `length` bytes to come, sends these, and goes on with neither.
    fn stop_after(&self, upload: &str, offset: usize, length: usize, bytes: &str) -> Connection {
        let (offset, length) = (offset.to_string(), length.to_string());
        let more = [
            ("Upload-Offset", offset.as_str()),
            ("Content-Type", BYTES),
            ("Content-Length", length.as_str()),
        ];
        let mut connection = Connection::open(self.server).unwrap();
        connection.tell_part("PATCH", upload, &self.headers(&more), bytes).unwrap();
        connection
    }
}

/// A book's text that no other has.
fn text(number: usize, length: usize) -> String {
    let line = format!("Book {number}, and its words go on and on for a while. ");
    line.chars().cycle().take(length).collect()
}

#[rocket::async_test]
async fn killed_at_any_point_no_row_lacks_its_bytes_and_no_bytes_lack_their_row() {
    const POINTS: usize = 20;
    const LENGTH: usize = 1_200_000;
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let address = free_address();
    let mut server = Some(serve(&shop, address, &[]));
    let mut books = Vec::new();
    for point in 0..POINTS {
        let book = shop.book_of(pat.account.id, &format!("Book {point}")).draft();
        let client = Client::new(&shop, address, &book, pat.account.id);
        let whole = text(point, LENGTH);
        let upload = client.begin("book.txt", LENGTH);
        // In the first points it dies among the bytes; in the others somewhere between the last byte and the answer.
        let sent = LENGTH.min(LENGTH * (point + 1) / 13);
        let connection = client.stop_after(&upload, 0, LENGTH, &whole[..sent]);
        std::thread::sleep(Duration::from_millis(8 * (point % 13) as u64));
        if let Some(running) = server.take() {
            running.kill();
        }
        drop(connection);
        server = Some(serve(&shop, address, &[]));

        let at = client.offset(&upload);
        assert!(at <= sent, "{at} bytes are acknowledged of {sent} that were sent");
        if at < LENGTH {
            let reply = client.send(&upload, at, &whole[at..]);
            assert_eq!(reply.status, 204, "{}", reply.everything());
        }
        books.push((book, whole));
    }
    // Those that were whole when it died are finished by the program itself.
    let end = std::time::Instant::now() + Duration::from_secs(60);
    for (book, whole) in &books {
        let file = loop {
            if let Some(file) = files(&shop, book).into_iter().find(|file| file.format == "txt") {
                break file;
            }
            assert!(std::time::Instant::now() < end, "an upload was never finished");
            std::thread::sleep(Duration::from_millis(50));
        };
        assert_eq!(file.sha256, hex(&Sha256::digest(whole)));
    }
    drop(server);
    // The programs that were killed noted strays themselves, by the machine's clock, which is ahead of the test's.
    shop.clock.advance(TimeDelta::days(36_500));
    let intake = intake(&shop);
    intake.remove_strays(TimeDelta::zero(), Duration::ZERO).unwrap();
    let mut kept = 0;
    shop.store
        .each_bunch(|keys| {
            kept += keys.len();
            Ok::<(), bookplate::storage::StoreError>(())
        })
        .unwrap();
    let rows: Vec<String> = shop.run(|conn| {
        use bookplate::db::schema::book_files;
        use diesel::prelude::*;
        book_files::table.select(book_files::storage_key).distinct().load(conn)
    });
    assert_eq!(kept, rows.len());
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
    for (book, whole) in &books {
        let file = files(&shop, book).into_iter().find(|file| file.format == "txt").unwrap();
        let path = shop.store.local().unwrap().path_of(&file.storage_key.parse().unwrap());
        assert!(std::fs::read(path).unwrap() == whole.as_bytes());
    }
}

#[rocket::async_test]
async fn a_full_disk_is_a_sentence_and_leaves_nothing_half_written() {
    const MIB: usize = 1 << 20;
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let book = shop.book_of(pat.account.id, "Emma").draft();
    let address = free_address();
    // No file can grow beyond 8 MiB: as on a disk that is full.
    let server = serve_with_small_files(&shop, address, 8);
    let client = Client::new(&shop, address, &book, pat.account.id);
    let whole = text(1, 12 * MIB);
    let upload = client.begin("book.txt", whole.len());
    let taken = client.send(&upload, 0, &whole[..MIB]);
    assert_eq!(taken.status, 204, "{}", taken.everything());
    let mut connection = client.stop_after(&upload, MIB, whole.len() - MIB, &whole[MIB..9 * MIB]);
    let reply = connection.hear().unwrap();
    assert_eq!(reply.status, 507, "{}", reply.everything());
    assert!(reply.everything().contains("disk is full"), "{}", reply.everything());
    assert_eq!(client.offset(&upload), MIB);
    let part = shop
        .store
        .local()
        .unwrap()
        .root()
        .join(format!(".incoming/{}.part", upload.rsplit('/').next().unwrap()));
    assert_eq!(std::fs::metadata(part).unwrap().len(), MIB as u64);
    drop(server);

    let _server = serve(&shop, address, &[]);
    assert_eq!(client.send(&upload, MIB, &whole[MIB..]).status, 204);
    assert!(files(&shop, &book).iter().any(|file| file.format == "txt"));
}

#[rocket::async_test]
async fn a_client_that_stalls_is_cut_off_and_what_came_stays() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let book = shop.book_of(pat.account.id, "Emma").draft();
    let address = free_address();
    let _server = serve(&shop, address, &[("BOOKPLATE_UPLOADS__STALL_SECONDS", "1")]);
    let client = Client::new(&shop, address, &book, pat.account.id);
    let upload = client.begin("book.txt", 1000);
    let reply = client.stop_after(&upload, 0, 1000, &text(1, 400)).hear().unwrap();
    assert_eq!(reply.status, 408, "{}", reply.everything());
    assert_eq!(client.offset(&upload), 400);
    // A connection that breaks: what came stays, too.
    drop(client.stop_after(&upload, 400, 600, &text(1, 1000)[400..700]));
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while client.offset(&upload) < 700 {
        assert!(std::time::Instant::now() < end, "what came before the connection broke was not kept");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(client.send(&upload, 700, &text(1, 1000)[700..]).status, 204);
}
