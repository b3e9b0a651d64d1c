//! From the home page to the saved file.

use crate::browser::{Browser, Look};
use crate::shop::{Shop, link};

/// Puts the first book of the home page that has a price into the cart, and opens the checkout.
fn choose_a_book(browser: &Browser) {
    browser.goto("/");
    browser.open_a_book_with_a_price();
    browser.click_on("Add to cart");
    browser.click_on("Check out");
    browser.wait_for_text("Your order");
}

/// As a guest: gives the address and goes to the pay page.
fn order_as_guest(browser: &Browser, email: &str) {
    choose_a_book(browser);
    browser.fill("email", email);
    browser.click_on("Pay");
    browser.wait_for_text("This is not a real payment page");
}

/// Downloads the first file that the page offers and checks it against the store.
fn download_and_compare(shop: &Shop, browser: &Browser) {
    browser.click("main a[href^='/download/']");
    let (name, bytes) = browser.saved_file();
    assert!(name.ends_with(".pdf") || name.ends_with(".epub"), "saved as {name}");
    shop.assert_in_store(&bytes);
}

#[test]
fn a_guest_buys_a_book_and_saves_the_very_file_of_the_store() {
    let shop = Shop::start();
    let guest = shop.visitor(Look::DESKTOP);
    order_as_guest(&guest, "guest@example.org");
    guest.click_on("Pay");
    guest.wait_for_text("Thank you");
    download_and_compare(&shop, &guest);

    let mail = shop.mail("guest@example.org", "receipt");
    let elsewhere = shop.visitor(Look::PHONE);
    elsewhere.goto(&link(&mail, &shop.base, "/orders/open/"));
    elsewhere.wait_for_text("Thank you");
    elsewhere.click_on("To your library");
    elsewhere.wait_for_text("keep the mail");
    download_and_compare(&shop, &elsewhere);
    assert_eq!(guest.complaints(), [""; 0]);
    assert_eq!(elsewhere.complaints(), [""; 0]);
}

#[test]
fn a_customer_buys_a_book_and_finds_it_in_the_library() {
    let shop = Shop::start();
    let customer = shop.visitor(Look::DESKTOP);
    customer.sign_in(&shop.customer());
    customer.goto("/library");
    let before = customer.text(".plate-below");
    choose_a_book(&customer);
    customer.click_on("Pay");
    customer.wait_for_text("This is not a real payment page");
    customer.click_on("Pay");
    customer.wait_for_text("Thank you");
    customer.click_on("To your library");
    assert_ne!(customer.text(".plate-below"), before);
    download_and_compare(&shop, &customer);
}

#[test]
fn a_declined_payment_leaves_no_book_and_can_be_tried_again() {
    let shop = Shop::start();
    let guest = shop.visitor(Look::DESKTOP);
    order_as_guest(&guest, "declined@example.org");
    guest.click_on("Decline");
    guest.wait_for_text("Nothing was charged");
    assert!(!guest.has("main a[href^='/download/']"));
    guest.click_on("Try again");
    guest.wait_for_text("This is not a real payment page");
    guest.click_on("Pay");
    guest.wait_for_text("Thank you");
    download_and_compare(&shop, &guest);
}

#[test]
fn a_delayed_payment_gives_the_book_when_the_money_is_there() {
    let shop = Shop::start();
    let guest = shop.visitor(Look::DESKTOP);
    order_as_guest(&guest, "later@example.org");
    guest.click_on("Pay later");
    guest.wait_for_text("Your payment is on its way");
    assert!(!guest.has("main a[href^='/download/']"));
    shop.mail("later@example.org", "receipt");
    guest.wait_for_text("Thank you");
    download_and_compare(&shop, &guest);
}

#[test]
fn whoever_goes_back_without_paying_keeps_the_cart() {
    let shop = Shop::start();
    let guest = shop.visitor(Look::DESKTOP);
    order_as_guest(&guest, "back@example.org");
    guest.click_on("Go back");
    guest.wait_for(".head");
    guest.goto("/cart");
    guest.wait_for(".line");
    assert!(!guest.has("main a[href^='/download/']"));
}

#[test]
fn pay_clicked_twice_is_one_order() {
    let shop = Shop::start();
    let customer = shop.visitor(Look::DESKTOP);
    customer.sign_in(&shop.customer());
    customer.goto("/orders");
    let before = customer.run("return document.querySelectorAll('.order').length");
    choose_a_book(&customer);
    customer.run(
        "const form = document.querySelector(\"main form[action='/checkout']\"); \
         const send = () => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' }); \
         await Promise.all([send(), send()]);",
    );
    customer.goto("/orders");
    let after = customer.run("return document.querySelectorAll('.order').length");
    assert_eq!(after.as_i64(), before.as_i64().map(|count| count + 1));
}

#[test]
fn everything_works_without_javascript() {
    let shop = Shop::start();
    let guest = shop.visitor(Look::PHONE.without_javascript());
    order_as_guest(&guest, "plain@example.org");
    guest.click_on("Pay");
    guest.wait_for_text("Thank you");
    download_and_compare(&shop, &guest);
}
