//! Readers who are sent to the service that has the object.

use bookplate::config::Backend;

use crate::client::{self, Reply};
use crate::shop::{OnSale, Shop, Way};

fn book() -> Vec<u8> {
    (0..500_u16).flat_map(u16::to_be_bytes).collect()
}

fn shop() -> Shop {
    Shop::open(
        Way::S3(Backend::Redirect),
        &[OnSale { id: "book", name: "Émma \"1\".epub", bytes: &book() }],
        &[],
    )
}

/// Asks the service for the address that the shop sent the reader to.
fn follow(shop: &Shop, method: &str, sent: &Reply, headers: &[(&str, &str)]) -> Reply {
    let service = shop.service.as_ref().unwrap().address;
    let origin = format!("http://{service}");
    let target = sent.header("Location").unwrap().strip_prefix(&origin).expect("an address of the service");
    client::ask(service, method, target, headers).unwrap()
}

#[test]
fn a_buyer_is_sent_to_the_bytes_and_the_address_is_kept_nowhere() {
    let shop = shop();
    for (method, headers, status, bytes) in [
        ("GET", [].as_slice(), 200, book()),
        ("GET", &[("Range", "bytes=400-")], 206, book()[400..].to_vec()),
        ("HEAD", &[], 200, Vec::new()),
    ] {
        // Conditions mean nothing for an answer that isn't the file (RFC 9110 §13.2.1).
        let asked = [headers, &[("If-Match", "\"other\"")]].concat();
        let sent = shop.ask(method, "book", &asked);
        assert_eq!((sent.status, sent.header("Content-Length")), (302, Some("0")), "{method}");
        assert_eq!(sent.header("Cache-Control"), Some("no-store"));
        assert_eq!(sent.header("Referrer-Policy"), Some("no-referrer"));
        for absent in ["ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition", "X-Accel-Redirect"] {
            assert_eq!(sent.header(absent), None, "{absent}");
        }
        let got = follow(&shop, method, &sent, headers);
        assert_eq!(got.status, status, "{method}: {}", got.everything());
        assert!(got.body == bytes, "{method}");
        assert_eq!(
            got.header("Content-Length").map(str::to_owned),
            Some(if method == "HEAD" { 1000 } else { bytes.len() }.to_string())
        );
    }
    assert!(!shop.app.log().contains("X-Amz-Signature"), "{}", shop.app.log());
}

#[test]
fn the_address_asks_for_the_books_name_and_is_good_for_no_other_and_not_for_long() {
    let shop = shop();
    let sent = shop.ask("GET", "book", &[]);
    let address = sent.header("Location").unwrap();
    for part in [
        "response-content-disposition=attachment%3B%20filename%3D%22Emma%20_1_.epub%22%3B%20filename%2A%3DUTF-8%27%27%25C3%2589mma%2520%25221%2522.epub",
        "response-content-type=application%2Fepub%2Bzip",
        "X-Amz-Expires=60",
    ] {
        assert!(address.contains(part), "{part} is missing in {address}");
    }
    let tampered = |from: &str, to: &str| {
        let location = ("Location".to_owned(), address.replace(from, to));
        let changed = Reply { status: 302, headers: vec![location], body: Vec::new() };
        assert_ne!(changed.header("Location"), Some(address), "{from}");
        follow(&shop, "GET", &changed, &[]).status
    };
    assert_eq!(tampered("Expires=60", "Expires=600"), 403);
    assert_eq!(tampered("Emma", "Anna"), 403);
    assert_eq!(tampered("epub?", "pdf?"), 403);
    assert_eq!(follow(&shop, "DELETE", &sent, &[]).status, 403);
    assert!(follow(&shop, "GET", &sent, &[]).body == book());
}

#[test]
fn nobody_else_is_sent_anywhere() {
    let shop = shop();
    for headers in [[].as_slice(), &[("Range", "bytes=0-9")], &[("If-Match", "*")], &[("If-None-Match", "*")]]
    {
        for (method, target) in
            [("GET", "/download/book"), ("HEAD", "/download/book"), ("GET", "/download/none")]
        {
            let reply = shop.ask_as_a_stranger(method, target, headers);
            assert_eq!(
                (reply.status, reply.header("Location")),
                (404, None),
                "{method} {target} {headers:?}"
            );
        }
    }
    std::fs::remove_file(shop.stored_path("book")).unwrap();
    let lost = shop.ask("GET", "book", &[]);
    assert_eq!((lost.status, lost.header("Location")), (502, None));
}
