//! Buying on Stripe's page, which a stand-in plays, in Chromium: the whole way there and back, with the browser's own rules.

use bookplate::clock::Clock;

use crate::browser::{Browser, Look};
use crate::shop::{Shop, link};
use crate::support::FakeStripe;

fn open() -> (Shop, FakeStripe) {
    let stripe = FakeStripe::start(Clock::system());
    (Shop::start_with_stripe(&stripe), stripe)
}

/// A guest with a book in the cart, on Stripe's page.
fn at_stripe(shop: &Shop, email: &str) -> Browser {
    let guest = shop.visitor(Look::DESKTOP);
    guest.goto("/");
    guest.open_a_book_with_a_price();
    guest.click_on("Add to cart");
    guest.click_on("Check out");
    guest.wait_for_text("Your order");
    guest.fill("email", email);
    guest.click_on("Pay");
    guest.wait_for_text("Stripe, played");
    guest.wait_for_text(email);
    guest
}

fn downloads(shop: &Shop, browser: &Browser) {
    browser.click("main a[href^='/download/']");
    shop.assert_in_store(&browser.saved_file().1);
}

#[test]
fn a_guest_pays_at_stripe_and_saves_the_book() {
    let (shop, _stripe) = open();
    let guest = at_stripe(&shop, "stripe@example.org");
    guest.click_on("Pay");
    guest.wait_for_text("Thank you");
    downloads(&shop, &guest);
    shop.mail("stripe@example.org", "receipt");
    assert_eq!(guest.complaints(), [""; 0]);
}

#[test]
fn a_declined_card_can_be_followed_by_another() {
    let (shop, _stripe) = open();
    let guest = at_stripe(&shop, "declined@example.org");
    guest.click_on("Use a declined card");
    guest.wait_for_text("Your card was declined");
    guest.click_on("Pay");
    guest.wait_for_text("Thank you");
    downloads(&shop, &guest);
}

#[test]
fn a_transfer_gives_the_book_when_it_arrives() {
    let (shop, stripe) = open();
    let guest = at_stripe(&shop, "later@example.org");
    guest.click_on("Transfer from a bank");
    guest.wait_for_text("Your payment is on its way");
    assert!(!guest.has("main a[href^='/download/']"));
    stripe.settle(&stripe.only_session());
    shop.mail("later@example.org", "receipt");
    guest.wait_for_text("Thank you");
    downloads(&shop, &guest);
}

#[test]
fn whoever_goes_back_keeps_the_cart_and_can_pay_the_same_page_later() {
    let (shop, stripe) = open();
    let guest = at_stripe(&shop, "back@example.org");
    guest.click_on("Back to the shop");
    guest.wait_for_text("isn’t paid yet");
    guest.click_on("Pay now");
    guest.wait_for_text("Stripe, played");
    assert_eq!(stripe.sessions().len(), 1);
    guest.goto("/cart");
    guest.wait_for(".line");
}

#[test]
fn whoever_closes_the_tab_finds_the_book_by_the_mail() {
    let (shop, stripe) = open();
    let guest = at_stripe(&shop, "closed@example.org");
    drop(guest);
    assert!(stripe.pay(&stripe.only_session()));
    let mail = shop.mail("closed@example.org", "receipt");
    let elsewhere = shop.visitor(Look::PHONE);
    elsewhere.goto(&link(&mail, &shop.base, "/orders/open/"));
    elsewhere.wait_for_text("Thank you");
    downloads(&shop, &elsewhere);
}
