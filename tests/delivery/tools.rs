//! The programs that people download with.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use bookplate::config::Backend;

use crate::servers::run;
use crate::shop::{OnSale, Shop};

/// 24 MiB and a bit in which no two places look alike: enough for sixteen segments.
fn large_book() -> Vec<u8> {
    (0..3_145_733_u64).flat_map(|number| (number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_le_bytes()).collect()
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[track_caller]
fn assert_is_the_book(shop: &Shop, file: &Path, tool: &str, said: &std::process::Output) {
    let bytes = fs::read(file).unwrap_or_default();
    assert!(
        said.status.success() && hash(&bytes) == hash(&large_book()),
        "{:?}: {tool} ended with {} and {} bytes:\n{}{}\n{}",
        shop.backend,
        said.status,
        bytes.len(),
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr),
        shop.logs()
    );
}

/// Runs `test` on a shop of each backend with a folder to download into.
fn each_shop(test: impl Fn(&Shop, &Path)) {
    let book = large_book();
    Shop::each(&[OnSale { id: "book", name: "War and Peace.pdf", bytes: &book }], |shop| {
        let folder = tempfile::tempdir().unwrap();
        test(shop, folder.path());
    });
}

#[test]
fn curl_saves_a_book_under_its_name_and_goes_on_where_it_stopped() {
    each_shop(|shop, folder| {
        let whole = run("curl", |curl| {
            curl.current_dir(folder).args(["-sSf", "-OJ", "-b", &shop.cookie, &shop.url("book")]);
        });
        assert_is_the_book(shop, &folder.join("War and Peace.pdf"), "curl -OJ", &whole);

        fs::write(folder.join("half.pdf"), &large_book()[..11_000_001]).unwrap();
        let rest = run("curl", |curl| {
            curl.current_dir(folder).args([
                "-sSf",
                "-C",
                "-",
                "-o",
                "half.pdf",
                "-b",
                &shop.cookie,
                &shop.url("book"),
            ]);
        });
        assert_is_the_book(shop, &folder.join("half.pdf"), "curl -C -", &rest);
    });
}

#[test]
fn a_refused_resume_leaves_half_a_book_as_it_is() {
    each_shop(|shop, folder| {
        let half = large_book()[..1_000_000].to_vec();
        fs::write(folder.join("half.pdf"), &half).unwrap();
        let refused = run("curl", |curl| {
            curl.current_dir(folder).args([
                "-sS",
                "-f",
                "-L",
                "-C",
                "-",
                "-o",
                "half.pdf",
                &shop.url("book"),
            ]);
        });
        assert!(!refused.status.success(), "{:?}", shop.backend);
        assert!(fs::read(folder.join("half.pdf")).unwrap() == half, "{:?}", shop.backend);
    });
}

#[test]
fn wget_goes_on_where_it_stopped() {
    each_shop(|shop, folder| {
        fs::write(folder.join("half.pdf"), &large_book()[..7_654_321]).unwrap();
        let rest = run("wget", |wget| {
            let cookie = format!("Cookie: {}", shop.cookie);
            wget.current_dir(folder).args(["-nv", "--tries=1", "-c", "-O", "half.pdf", "--header", &cookie]);
            wget.arg(shop.url("book"));
        });
        assert_is_the_book(shop, &folder.join("half.pdf"), "wget -c", &rest);
    });
}

#[test]
fn aria2_fetches_sixteen_segments_at_once() {
    each_shop(|shop, folder| {
        let segments = run("aria2c", |aria2| {
            let cookie = format!("Cookie: {}", shop.cookie);
            aria2.current_dir(folder).args([
                "-x",
                "16",
                "-s",
                "16",
                "-k",
                "1M",
                "--no-conf",
                "--file-allocation=none",
            ]);
            aria2.args(["--summary-interval=0", "--header", &cookie, "-o", "book.pdf", &shop.url("book")]);
        });
        assert_is_the_book(shop, &folder.join("book.pdf"), "aria2c -x 16", &segments);
    });
}

#[test]
fn a_download_goes_on_after_the_shop_has_changed_its_backend() {
    let folder = tempfile::tempdir().unwrap();
    let book = large_book();
    let file = folder.path().join("book.pdf");
    let mut etag: Option<String> = None;
    // Caddy before 2.7 makes a tag of its own, which no other server knows.
    let ways = crate::shop::WAYS.into_iter().filter(|way| *way != Backend::Caddy);
    let parts: Vec<usize> = (0..=6).map(|part| book.len() * part / 6).collect();
    for (backend, part) in ways.zip(parts.windows(2)) {
        let shop =
            Shop::open(backend, &[OnSale { id: "book", name: "War and Peace.pdf", bytes: &book }], &[]);
        let range = format!("bytes={}-{}", part[0], part[1] - 1);
        let mut headers = vec![("Range", range.as_str())];
        if let Some(etag) = &etag {
            headers.push(("If-Range", etag));
        }
        let reply = shop.ask("GET", "book", &headers);
        assert_eq!(reply.status, 206, "{backend:?} takes the tag {etag:?} of the backend before");
        let mut got = fs::read(&file).unwrap_or_default();
        got.extend(&reply.body);
        fs::write(&file, got).unwrap();
        etag = reply.header("ETag").map(str::to_owned);
    }
    assert_eq!(hash(&fs::read(&file).unwrap()), hash(&book));
}
