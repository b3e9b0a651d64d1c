//! An order in every state that a buyer can meet, a gift from both sides, and what an admin finds of it.

use std::time::{Duration, Instant};

use super::{Inspector, LOOKS};
use crate::browser::{Browser, Look};
use crate::shop::{Shop, link};

/// What happens to an order: its page's name, the pay page's button, the steps on the sandbox's dashboard, and what the
/// order's page says then.
const STATES: [(&str, &str, &[&str], &str); 6] = [
    ("a refused card", "Decline", &[], "didn’t go through"),
    ("a payment on its way", "Pay later", &[], "on its way"),
    ("a disputed order", "Pay", &["open"], "is disputed"),
    ("a lost dispute", "Pay", &["open", "lost"], "was taken back"),
    ("an order given back in part", "Pay", &["refund_part"], "Part of this order"),
    ("a question of the bank", "Pay", &["inquiry"], "is yours"),
];

/// Orders a book and presses a button of the pay page; the order's address.
fn order(guest: &Browser, email: &str, recipient: Option<&str>, button: &str, steps: &[&str]) -> String {
    guest.goto("/books");
    guest.open_a_book_with_a_price();
    // A cart that was not paid has it still.
    if guest.shows("Add to cart") {
        guest.click_on("Add to cart");
        guest.wait_for_text("Check out");
    }
    guest.goto("/checkout");
    if let Some(recipient) = recipient {
        guest.click("[name='gift.wanted']");
        guest.fill("'gift.email'", recipient);
    }
    guest.fill("email", email);
    guest.click("main form[action='/checkout'] .button-wide");
    guest.wait_for_text("This is not a real payment page");
    let dashboard = guest.path().replace("/pay/", "/dashboard/");
    guest.click_on(button);
    guest.wait_for("#state");
    let page = guest.path();
    for step in steps {
        guest.goto(&dashboard);
        if *step == "refund_part" {
            guest.fill("amount", "1.00");
        }
        guest.click(&format!("button[value={step}]"));
        guest.wait_for_text("To the order");
    }
    page
}

/// Opens a page until it says so: the shop hears of the sandbox a moment later.
fn open(browser: &Browser, page: &str, words: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        browser.goto(page);
        if browser.shows(words) {
            // A page that looks again by itself would do so under the inspector's eyes.
            browser.run("window.stop()");
            return;
        }
        assert!(Instant::now() < end, "{page} never said “{words}”: {}", browser.text("main"));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_order_in_every_state_is_readable_by_everyone_in_light_and_dark() {
    let mut inspector = Inspector::new();
    let shop = Shop::serve(&[("BOOKPLATE_PAYMENTS__SANDBOX_DELAY_SECONDS", "3600")]);
    let mut pages = Vec::new();
    let guest = shop.visitor(Look::DESKTOP);
    for (at, (name, button, steps, words)) in STATES.into_iter().enumerate() {
        // Another address is another order.
        let page = order(&guest, &format!("reader{at}@example.org"), None, button, steps);
        pages.push((&guest, name, page, words));
    }
    let page = order(&guest, "giver@example.org", Some("lucky@example.org"), "Pay", &[]);
    pages.push((&guest, "the order of a gift", page, "The gift is paid"));
    let page = order(&guest, "cancels@example.org", None, "Go back", &[]);
    guest.click_on("Cancel the order");
    guest.wait_for_text("was cancelled");
    pages.push((&guest, "a cancelled order", page, "was cancelled"));
    let page = order(&guest, "waits@example.org", None, "Go back", &[]);
    pages.push((&guest, "an unpaid order", page, "isn’t paid yet"));
    let mail = shop.mail("lucky@example.org", "/gifts/open/");
    let lucky = shop.visitor(Look::DESKTOP);
    lucky.goto(&link(&mail, &shop.base, "/gifts/open/"));
    lucky.wait_for_text("Keep it in a library");
    let gift = lucky.path();
    pages.push((&lucky, "a gift", gift, "Keep it in a library"));
    let admin = shop.visitor(Look::DESKTOP);
    admin.sign_in(&("admin@demo.bookplate.example".to_owned(), "keeper of the keys".to_owned()));
    for look in LOOKS {
        for (browser, name, page, words) in &pages {
            browser.look(look);
            open(browser, page, words);
            inspector.look(browser, look, name);
        }
        admin.look(look);
        admin.goto("/admin/findings");
        inspector.look(&admin, look, "findings");
        admin.click("main a[href^='/admin/findings/']");
        admin.wait_for_text("What you can do");
        inspector.look(&admin, look, "a finding");
    }
    inspector.assert_nothing_found();
}
