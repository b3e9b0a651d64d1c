//! What a visitor sees without buying anything.

use super::{Inspector, LOOKS};
use crate::shop::Shop;

/// Pages that a visitor can open without an order.
const OPEN_TO_ALL: &[&str] = &[
    "/",
    "/books",
    "/books?q=salt",
    "/books?q=walrus-free-zone",
    "/books?sort=title&page=2",
    "/bundles",
    "/cart",
    "/sign-in",
    "/sign-up",
    "/reset-password",
    "/no-such-page",
];

#[test]
fn every_open_page_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::start();
    for look in LOOKS {
        let visitor = shop.visitor(look);
        for page in OPEN_TO_ALL {
            visitor.goto(page);
            inspector.look(&visitor, look, page);
        }
        visitor.goto("/books");
        visitor.click(".card-title a");
        inspector.look(&visitor, look, "a book");
        visitor.goto("/bundles");
        visitor.click("main li a");
        inspector.look(&visitor, look, "a bundle");
    }
    inspector.assert_nothing_found();
}

#[test]
fn withdrawing_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop =
        Shop::serve(&[("BOOKPLATE_CHECKOUT__WITHDRAWAL", "true"), ("BOOKPLATE_CHECKOUT__WAIVER", "true")]);
    for look in LOOKS {
        let visitor = shop.visitor(look);
        visitor.goto("/");
        visitor.click_on("Withdraw from a contract");
        inspector.look(&visitor, look, "withdrawing");
        visitor.fill("name", "Nora Reader");
        visitor.fill("order", "20260131-A1B2C");
        visitor.fill("email", "nora@example.org");
        visitor.click_on("Go on");
        visitor.wait_for_text("nora@example.org");
        inspector.look(&visitor, look, "withdrawing, once more");
    }
    inspector.assert_nothing_found();
}
