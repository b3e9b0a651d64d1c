//! The bucket: what goes into it, and what readers and operators see when it doesn't answer.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use bookplate::config::{Backend, ContentType};
use bookplate::delivery::proxy_config::{self, BucketSite, Site, WebServer};
use sha2::{Digest, Sha256};

use crate::shop::{OnSale, Shop, Way};
use crate::{client, servers};

/// A shop with one small book, after the doctor's look at the start.
pub fn empty_shop() -> Shop {
    let files = [OnSale { id: "book", name: "Emma.epub", bytes: b"Emma" }];
    let shop = Shop::open(Way::S3(Backend::Builtin), &files, &[]);
    // The doctor's canaries are in the bucket for a moment after the start.
    let start = Instant::now();
    while !shop.app.log().contains("the doctor has looked") {
        assert!(start.elapsed() < Duration::from_secs(60), "{}", shop.logs());
        std::thread::sleep(Duration::from_millis(20));
    }
    shop
}

/// All files below `folder`, by their paths there, but for those that the service keeps for itself.
pub fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|path| format!("{name}/{path}")));
        } else if !name.starts_with(".bucket-") {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn a_large_book_goes_up_in_parts_and_is_there_once_under_the_hash_of_its_content() {
    let shop = empty_shop();
    // Three parts, the last of them one byte.
    let book: Vec<u8> = (0..2_097_152_u64)
        .flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes())
        .chain([7])
        .collect();
    let stored = shop.store.put(book.as_slice(), "pdf").unwrap();
    let hash: [u8; 32] = Sha256::digest(&book).into();
    assert_eq!((stored.length, stored.sha256), (book.len() as u64, hash));
    let path = shop.store_folder().join(stored.key.as_str());
    assert!(fs::read(&path).unwrap() == book);
    assert!(shop.store.read(&stored.key, stored.length).unwrap() == book);
    let first = shop.store.open(&stored.key, stored.length).unwrap().modified;

    assert_eq!(shop.store.put(book.as_slice(), "pdf").unwrap(), stored);
    assert_eq!(
        shop.store.open(&stored.key, stored.length).unwrap().modified,
        first,
        "its time, and so its tag, stays"
    );
    assert_eq!(fs::read_dir(shop.folder().join("data/store/.incoming")).unwrap().count(), 0);

    shop.store.remove(&stored.key).unwrap();
    shop.store.remove(&stored.key).unwrap();
    assert!(!path.exists() && shop.store.open(&stored.key, stored.length).is_err());
}

#[test]
fn an_upload_that_fails_half_way_leaves_nothing() {
    struct Broken(u64);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(buffer.len() as u64).ok_or(std::io::ErrorKind::ConnectionReset)?;
            Ok(buffer.len())
        }
    }
    let shop = empty_shop();
    let before = files(&shop.folder().join("s3"));
    assert!(shop.store.put(Broken(20 << 20), "pdf").is_err());
    assert_eq!(files(&shop.folder().join("s3")), before);

    // The service takes the parts and not the whole: a file is where a folder would have to be.
    let book = vec![1; 9 << 20];
    let hash: String = Sha256::digest(&book).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(shop.store_folder().join(&hash[..2]), "in the way").unwrap();
    let before = files(&shop.folder().join("s3"));
    assert!(shop.store.put(book.as_slice(), "pdf").is_err());
    assert_eq!(files(&shop.folder().join("s3")), before, "no part is left");
    assert_eq!(fs::read_dir(shop.folder().join("data/store/.incoming")).unwrap().count(), 0);
}

#[test]
fn who_must_see_a_whole_file_gets_a_copy_that_is_gone_afterwards() {
    let shop = empty_shop();
    let book: Vec<u8> = (0..2_400_000_u32).flat_map(u32::to_le_bytes).collect();
    let stored = shop.store.put(book.as_slice(), "pdf").unwrap();
    let path = shop.store.with_path(&stored.key, stored.length, |path| {
        assert!(fs::read(path).unwrap() == book);
        path.to_owned()
    });
    assert!(!path.unwrap().exists());
    let mut bytes = Vec::new();
    shop.store.each_block(&stored.key, stored.length, |block| bytes.extend_from_slice(block)).unwrap();
    assert!(bytes == book);
    assert!(shop.store.with_path(&stored.key, stored.length + 1, |_| ()).is_err());
    assert_eq!(fs::read_dir(shop.folder().join("data/store/.incoming")).unwrap().count(), 0);
}

#[test]
fn all_books_in_one_zip_are_the_same_from_a_bucket() {
    let large: Vec<u8> = (0..2_400_000_u32).flat_map(u32::to_le_bytes).collect();
    let files = [
        OnSale { id: "emma", name: "Emma.epub", bytes: b"Emma" },
        OnSale { id: "empty", name: "Empty.txt", bytes: b"" },
        OnSale { id: "peace", name: "War and Peace.pdf", bytes: &large },
    ];
    let get = |shop: &Shop, headers: &[(&str, &str)]| {
        let headers = [&[("Cookie", shop.cookie.as_str())], headers].concat();
        client::ask(shop.address, "GET", "/library/all.zip", &headers).unwrap()
    };
    let folder = Shop::open(Backend::Builtin, &files, &[]);
    let whole = get(&folder, &[]);
    assert_eq!(whole.status, 200, "{}", whole.everything());
    let etag = whole.header("ETag").unwrap();
    for way in [Way::S3(Backend::Builtin), Way::S3(Backend::Nginx), Way::S3(Backend::Redirect)] {
        let shop = Shop::open(way, &files, &[]);
        let other = get(&shop, &[]);
        assert!((other.status, &other.body) == (200, &whole.body), "{way:?}");
        // Begun at the one, it goes on at the other.
        let rest = get(&shop, &[("Range", "bytes=5000000-"), ("If-Range", etag)]);
        assert!((rest.status, rest.body.as_slice()) == (206, &whole.body[5_000_000..]), "{way:?}");
    }
}

#[test]
fn a_bucket_that_is_gone_is_said_to_the_operator_and_not_to_readers() {
    let mut shop = empty_shop();
    assert_eq!(client::ask(shop.app.address, "GET", "/readyz", &[]).unwrap().status, 200);
    shop.service.take().unwrap().kill();
    let reply = shop.ask("GET", "book", &[]);
    assert_eq!((reply.status, reply.header("Cache-Control")), (502, Some("no-store")));
    let everything = reply.everything();
    for secret in ["s3", "sea-books", "127.0.0.1:", "AKID"] {
        assert!(!everything.contains(secret), "{secret:?} shows in {everything}");
    }
    let ready = client::ask(shop.app.address, "GET", "/readyz", &[]).unwrap();
    assert_eq!(ready.status, 503);
    assert!(ready.everything().contains("\"store\":\"failed\""), "{}", ready.everything());
    let log = shop.app.log();
    assert!(log.contains("s3://sea-books/shop/files"), "{log}");
    assert!(!log.contains(servers::S3_KEYS.1), "{log}");
}

#[test]
fn a_shop_with_a_wrong_key_does_not_start() {
    let shop = empty_shop();
    let endpoint = format!("http://{}", shop.service.as_ref().unwrap().address);
    let start = servers::run(env!("CARGO_BIN_EXE_bookplate"), |bookplate| {
        bookplate.current_dir(shop.folder()).arg("serve");
        for (name, value) in [
            ("BOOKPLATE_DATABASE_URL", "sqlite://data/shop.db"),
            ("BOOKPLATE_STORAGE__KIND", "s3"),
            ("BOOKPLATE_STORAGE__S3_ENDPOINT", &endpoint),
            ("BOOKPLATE_STORAGE__S3_BUCKET", "sea-books"),
            ("BOOKPLATE_STORAGE__S3_ACCESS_KEY_ID", servers::S3_KEYS.0),
            ("BOOKPLATE_STORAGE__S3_SECRET_ACCESS_KEY", "another"),
            ("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true"),
        ] {
            bookplate.env(name, value);
        }
        bookplate.env("ROCKET_PORT", servers::free_address().port().to_string());
    });
    let said =
        format!("{}{}", String::from_utf8_lossy(&start.stdout), String::from_utf8_lossy(&start.stderr));
    assert!(!start.status.success(), "{said}");
    assert!(said.contains("s3://sea-books") && said.contains("SignatureDoesNotMatch"), "{said}");
}

/// nginx with the printed configuration, in front of a shop that answers one request with `target` to hand off.
fn through_nginx(shop: &Shop, target: &str) -> client::Reply {
    let folder = servers::open_folder();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = servers::free_address();
    let service = shop.service.as_ref().unwrap().address;
    let site = Site {
        server_name: "localhost".to_owned(),
        listen: Some(listen),
        app: listener.local_addr().unwrap(),
        store_root: folder.path().canonicalize().unwrap(),
        bucket: Some(BucketSite { origin: format!("http://{service}"), resolver: String::new() }),
        backend: Backend::Nginx,
        internal_prefix: "/protected/".to_owned(),
        content_type: ContentType::Guess,
        log: String::new(),
        max_body: 1 << 20,
        idle_seconds: 20,
    };
    let text = proxy_config::render(WebServer::Nginx, &site).unwrap();
    let front = servers::nginx(&text, listen, folder.path());
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: application/epub+zip\r\nETag: \"1-4\"\r\n\
         Content-Disposition: attachment\r\nX-Accel-Redirect: /protected/bucket?{target}\r\nConnection: close\r\n\r\n"
    );
    let fake = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let reply = client::ask(front.address, "GET", "/download/book", &[("Cookie", "a=b")]).unwrap();
    fake.join().unwrap();
    reply
}

#[test]
fn what_the_service_says_of_a_failure_never_reaches_a_reader() {
    let shop = empty_shop();
    let key = shop.key("book");
    // An address that was not signed, and one that leads to no bucket.
    for target in [format!("/sea-books/shop/files/{key}"), "/no-bucket/x?X-Amz-Signature=0".to_owned()] {
        let reply = through_nginx(&shop, &target);
        let everything = reply.everything();
        assert_eq!(reply.status, 502, "{everything}");
        for secret in ["Emma", "<Error>", "sea-books", "no-bucket", "AccessDenied", "x-amz", key.as_str()] {
            assert!(!everything.contains(secret), "{secret:?} shows in {everything}");
        }
    }
}
