//! When a code is good, what is said when it is not, and where its slots go.

use bookplate::orders::{OrderStatus, expiry};
use chrono::TimeDelta;

use super::things::{book, code, shop_in, slots};
use crate::support::{Answer, Browser};

async fn enters(guest: &Browser<'_>, code: &str) -> Answer {
    guest.post("/cart/code", &[("code", code)]).await
}

fn states(slots: &(i64, Vec<(String, bool)>)) -> (i64, Vec<&str>) {
    (slots.0, slots.1.iter().map(|(state, _)| state.as_str()).collect())
}

#[rocket::async_test]
async fn a_code_that_is_not_good_is_said_at_the_field_and_what_was_typed_stays() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    code(&shop, "percent", "10", |code| {
        code.code = "LATER".to_owned();
        code.starts = "2026-03-02T12:00".to_owned();
    });
    code(&shop, "percent", "10", |code| {
        code.code = "OVER".to_owned();
        code.ends = "2026-03-01T11:00".to_owned();
    });
    code(&shop, "percent", "10", |code| {
        code.code = "LARGE".to_owned();
        code.minimum = "20".to_owned();
    });
    let slug = salt.slug.clone();
    code(&shop, "percent", "50", |code| {
        code.code = "SALT".to_owned();
        code.books = format!("http://localhost/books/{slug}");
    });
    code(&shop, "amount", "4.70", |code| code.code = "ALMOST".to_owned());
    let off = code(&shop, "percent", "10", |code| code.code = "GONE".to_owned());
    let now = shop.clock.now();
    shop.run(move |conn| off.switch(conn, false, now));
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    for (typed, said) in [
        ("", "Please type the code"),
        ("nonsense", "There is no code “nonsense”"),
        ("later", "is valid from 2 March 2026, 12:00 UTC on"),
        ("over", "was valid until 1 March 2026, 11:00 UTC"),
        ("large", "for orders of €20.00 or more"),
        ("salt", "for other books than those in your cart"),
        ("almost", "there would be €0.29 to pay"),
        ("gone", "no longer valid"),
    ] {
        let page = enters(&guest, typed).await;
        page.assert_status(422).assert_shows(said).assert_shows(&format!("value=\"{typed}\""));
        page.assert_shows("€4.99");
    }
    guest.wants(&[&salt]).await;
    enters(&guest, "salt").await.assert_redirects_to("/cart");
    // Half of Salt Roads, nothing off Emma.
    guest.get("/cart").await.assert_shows("€6.25").assert_shows("€11.24");
    guest.post("/cart/code/remove", &[]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_shows("€17.49");
}

#[rocket::async_test]
async fn a_code_that_makes_everything_free_skips_the_gateway() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let all = code(&shop, "percent", "100", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    enters(&guest, "welcome10").await.assert_redirects_to("/cart");
    let answer = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    guest.follow(answer).await.assert_shows("The book is yours");
    let order = shop.only_order();
    assert_eq!((order.total_minor, order.gateway.as_str()), (0, "none"));
    assert_eq!(states(&slots(&shop, &all)), (1, vec!["used"]));
}

#[rocket::async_test]
async fn a_double_click_holds_one_slot_and_a_changed_cart_takes_it_along() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let one = code(&shop, "percent", "10", |code| code.limit = "1".to_owned());
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    enters(&guest, "welcome10").await.assert_redirects_to("/cart");
    let first = guest.checks_out("jane@example.org").await;
    assert_eq!(guest.checks_out("jane@example.org").await, first);
    assert_eq!(states(&slots(&shop, &one)), (1, vec!["held"]));
    guest.wants(&[&salt]).await;
    let second = guest.checks_out("jane@example.org").await;
    assert_ne!(first, second);
    assert_eq!(states(&slots(&shop, &one)), (1, vec!["released", "held"]));
    guest.ends(&second, "pay").await.assert_shows("yours");
    assert_eq!(states(&slots(&shop, &one)), (1, vec!["released", "used"]));
    let other = shop.browser();
    other.wants(&[&emma]).await;
    enters(&other, "welcome10").await.assert_status(422).assert_shows("used up");
}

#[rocket::async_test]
async fn an_abandoned_order_gives_its_slot_back_and_late_money_takes_it_again() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let one = code(&shop, "percent", "10", |code| code.limit = "1".to_owned());
    let (jane, kate) = (shop.browser(), shop.browser());
    for guest in [&jane, &kate] {
        guest.wants(&[&emma]).await;
    }
    enters(&jane, "welcome10").await.assert_redirects_to("/cart");
    let late = jane.checks_out("jane@example.org").await;
    enters(&kate, "welcome10").await.assert_status(422).assert_shows("used up");
    // Our clock gives up; the buyer pays at the last moment, and the gateway says so only later.
    let order = shop.only_order();
    let now = shop.clock.now();
    shop.run(move |conn| order.move_to(conn, OrderStatus::Expired, now));
    assert_eq!(states(&slots(&shop, &one)), (0, vec!["released"]));
    enters(&kate, "welcome10").await.assert_redirects_to("/cart");
    let pay_page = kate.checks_out("kate@example.org").await;
    kate.ends(&pay_page, "pay").await.assert_shows("yours");
    jane.ends(&late, "pay").await.assert_shows("yours");
    let after = slots(&shop, &one);
    assert_eq!(states(&after), (2, vec!["used", "used"]));
    assert_eq!(after.1.iter().map(|(_, over)| *over).collect::<Vec<_>>(), [true, false]);
    let admin = shop.admin("ada");
    let page = format!("/admin/codes/{}", one.public_id);
    admin.get("/admin/codes").await.assert_shows("2 of 1");
    admin.get(&page).await.assert_shows("Beyond the limit");
}

#[rocket::async_test]
async fn the_slot_is_free_again_when_the_order_lapses_or_is_cancelled() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let one = code(&shop, "percent", "10", |code| code.limit = "1".to_owned());
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    enters(&guest, "welcome10").await.assert_redirects_to("/cart");
    guest.checks_out("jane@example.org").await;
    shop.clock.advance(TimeDelta::days(2));
    shop.task(expiry::TASK).await;
    shop.assert_order(OrderStatus::Expired);
    assert_eq!(states(&slots(&shop, &one)), (0, vec!["released"]));
    guest.checks_out("jane@example.org").await;
    assert_eq!(states(&slots(&shop, &one)), (1, vec!["released", "held"]));
    let order = shop.orders().pop().unwrap().public_id;
    guest.post(&format!("/orders/{order}/cancel"), &[]).await.assert_status(303);
    assert_eq!(states(&slots(&shop, &one)), (0, vec!["released", "released"]));
}

#[rocket::async_test]
async fn a_customers_limit_counts_the_address_and_the_account() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    code(&shop, "percent", "10", |code| code.customer_limit = "1".to_owned());
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    enters(&guest, "welcome10").await.assert_redirects_to("/cart");
    let pay_page = guest.checks_out("jane@example.com").await;
    guest.ends(&pay_page, "pay").await.assert_shows("yours");
    // The same reader in another browser, as a guest: told once the address is known, and nothing is ordered.
    let again = shop.browser();
    again.wants(&[&salt]).await;
    enters(&again, "welcome10").await.assert_redirects_to("/cart");
    let page = again.get("/checkout").await;
    let text = page.text();
    let seen = text.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = [("email", "Jane@Example.com"), ("seen", seen.as_str())];
    let page = again.post("/checkout", &form).await;
    page.assert_status(422).assert_shows("You have used the code “WELCOME10” already").assert_shows("€12.50");
    assert_eq!(shop.orders().len(), 1);
    // And signed in.
    let jane = shop.customer("jane");
    jane.wants(&[&salt]).await;
    enters(&jane, "welcome10").await.assert_status(422).assert_shows("You have used the code");
    // Someone else is fine.
    let kate = shop.customer("kate");
    kate.wants(&[&salt]).await;
    enters(&kate, "welcome10").await.assert_redirects_to("/cart");
}

#[rocket::async_test]
async fn a_code_that_changed_meanwhile_is_said_before_anything_is_ordered() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let ten = code(&shop, "percent", "10", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    enters(&guest, "welcome10").await.assert_redirects_to("/cart");
    let text = guest.get("/checkout").await.text();
    let seen = text.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let now = shop.clock.now();
    shop.run(move |conn| ten.switch(conn, false, now));
    let page = guest.post("/checkout", &[("email", "jane@example.org"), ("seen", &seen)]).await;
    page.assert_status(422).assert_shows("no longer valid").assert_shows("Pay €4.99");
    assert!(shop.orders().is_empty());
}
