mod access;
mod buying;
mod changes;
mod claims;
mod delivery;

use bookplate::gifts::Gift;
use bookplate::gifts::deliver;
use bookplate::orders::OrderId;

use crate::support::{Answer, Browser, TestBook, TestShop};

/// The recipient of these tests.
const EMMA: &str = "emma@example.org";

/// The fields of a gift to [`EMMA`], with others in place of some.
fn gift<'f>(others: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("email", "jane@example.org"),
        ("gift.wanted", "true"),
        ("gift.email", EMMA),
        ("gift.name", "Emma"),
        ("gift.from", "Jane"),
        ("gift.message", "Happy birthday!"),
    ];
    for (name, value) in others {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// Orders `books` as a gift and pays; returns the order's page.
async fn gives(browser: &Browser<'_>, books: &[&TestBook], others: &[(&str, &str)]) -> Answer {
    browser.wants(books).await;
    let answer = browser.post("/checkout", &gift(others)).await;
    answer.assert_status(303);
    let pay_page = answer.header("Location").unwrap_or_default().to_owned();
    assert!(pay_page.starts_with("/sandbox/pay/"), "sent to {pay_page}");
    let page = browser.ends(&pay_page, "pay").await;
    page.assert_status(200).assert_shows("The gift is paid");
    page
}

/// Lets the gifts that are due go out.
async fn deliver(shop: &TestShop) {
    shop.task(deliver::TASK).await;
}

/// The gift of an order.
fn gift_of(shop: &TestShop, order: OrderId) -> Gift {
    shop.run(move |conn| Gift::of_order(conn, order)).expect("the order is a gift")
}

/// A browser that has opened the link of the newest mail to `address`, and the gift's page.
async fn opens<'s>(shop: &'s TestShop, address: &str) -> (Browser<'s>, String) {
    let letters = shop.letters_to(address);
    let link = letters.last().expect("a mail about the gift").link("/gifts/open/");
    let browser = shop.browser();
    let opened = browser.get(&link).await;
    opened.assert_status(303);
    let page = opened.header("Location").unwrap_or_default().to_owned();
    (browser, page)
}
