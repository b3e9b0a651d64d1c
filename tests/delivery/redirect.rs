//! The address at the service that has the object, to which readers are sent. That they are, and what they get there,
//! is in the table (`conformance`).

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
fn follow(shop: &Shop, method: &str, sent: &Reply) -> Reply {
    let service = shop.service.as_ref().unwrap().address;
    let origin = format!("http://{service}");
    let target = sent.header("Location").unwrap().strip_prefix(&origin).expect("an address of the service");
    client::ask(service, method, target, &[]).unwrap()
}

#[test]
fn the_address_asks_for_the_books_name_is_good_for_no_other_and_not_for_long_and_is_kept_nowhere() {
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
        follow(&shop, "GET", &changed).status
    };
    assert_eq!(tampered("Expires=60", "Expires=600"), 403);
    assert_eq!(tampered("Emma", "Anna"), 403);
    assert_eq!(tampered("epub?", "pdf?"), 403);
    assert_eq!(follow(&shop, "DELETE", &sent).status, 403);
    assert!(follow(&shop, "GET", &sent).body == book());
    // Who has the address has the book.
    assert!(!shop.app.log().contains("X-Amz-Signature"), "{}", shop.app.log());
}
