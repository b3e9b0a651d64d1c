//! Beyond all that counts in 32 bits, from a bucket: what `files` asks of one book holds for all in one zip,
//! too.

use std::io::Read as _;
use std::os::unix::fs::FileExt as _;

use bookplate::catalog::file_checks;
use bookplate::config::Backend;
use bookplate::db::schema::book_files;
use diesel::prelude::*;

use crate::client;
use crate::shop::{OnSale, Shop, Way};

/// In bytes.
const SIZE: u64 = 5 << 30;

/// A shop with a book of [`SIZE`] that takes no room, and a small one behind it.
fn shop(way: Way) -> Shop {
    let files = [
        OnSale { id: "large", name: "A large book.pdf", bytes: b"%PDF" },
        OnSale { id: "small", name: "Emma.epub", bytes: b"Emma" },
    ];
    let shop = Shop::open(way, &files, &[]);
    shop.make_longer("large", SIZE);
    // As it is kept when a file comes in; nobody is to wait here until five gigabytes were read for it.
    let kept: QueryResult<()> = shop.db.write_blocking(|conn| {
        let large = book_files::table.filter(book_files::public_id.eq("large"));
        let sha256: String = large.select(book_files::sha256).first(conn)?;
        file_checks::keep(conn, &sha256, 7)
    });
    kept.unwrap();
    shop
}

#[test]
fn a_zip_of_more_than_four_gigabytes_is_read_at_its_far_end() {
    for way in [Way::S3(Backend::Builtin), Way::S3(Backend::Nginx)] {
        let shop = shop(way);
        let ask = |method: &str, headers: &[(&str, &str)]| {
            let headers = [&[("Cookie", shop.cookie.as_str())], headers].concat();
            client::ask(shop.address, method, "/library/all.zip", &headers).unwrap()
        };
        let head = ask("HEAD", &[]);
        assert_eq!(head.status, 200, "{way:?}: {}\n{}", head.everything(), shop.logs());
        let length: u64 = head.header("Content-Length").unwrap().parse().unwrap();
        assert!(length > SIZE, "{way:?}: {length}");
        let etag = head.header("ETag").unwrap();

        // Its two ends, and zeros between them as the large book has them.
        let start = ask("GET", &[("Range", "bytes=0-999"), ("If-Range", etag)]);
        let end = ask("GET", &[("Range", "bytes=-2000"), ("If-Range", etag)]);
        assert_eq!((start.status, end.status), (206, 206), "{way:?}: {}", shop.logs());
        let whole = tempfile::tempfile().unwrap();
        whole.set_len(length).unwrap();
        whole.write_all_at(&start.body, 0).unwrap();
        whole.write_all_at(&end.body, length - 2000).unwrap();
        let mut zip = zip::ZipArchive::new(whole).unwrap();
        assert_eq!(zip.by_name("A large book.pdf").unwrap().size(), SIZE, "{way:?}");
        let mut words = String::new();
        zip.by_name("Emma.epub").unwrap().read_to_string(&mut words).expect("its CRC-32 holds");
        assert_eq!(words, "Emma", "{way:?}");
    }
}
