//! What was done without an account joins the account that proves the address.

use bookplate::accounts::AccountId;
use bookplate::db::schema::orders;
use bookplate::orders::{OrderId, OrderStatus};
use diesel::prelude::*;

use super::{PASSWORD, member, sign_in, sign_up};
use crate::support::TestShop;

/// The address of the guest orders that [`TestShop::order`] makes.
const GUEST: &str = "guest@example.com";

fn owner(shop: &TestShop, order: OrderId) -> Option<AccountId> {
    shop.run(move |conn| orders::table.find(order).select(orders::account_id).first(conn))
}

#[rocket::async_test]
async fn a_guests_order_joins_only_after_the_address_is_proved() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let order = shop.order(None, &[&emma], OrderStatus::Paid);
    let browser = shop.browser();
    sign_up(&browser, "Guest@Example.com", PASSWORD).await;
    assert_eq!(owner(&shop, order), None);
    let link = shop.letter_to("Guest@Example.com").link("/confirm/");
    browser.get(&link).await.assert_status(200);
    browser.post(&link, &[("password", "wrong")]).await.assert_status(422);
    assert_eq!(owner(&shop, order), None);
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(303);
    assert!(owner(&shop, order).is_some());
    browser.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn nobody_elses_order_joins() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    let hers = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let guests = shop.order(None, &[&emma], OrderStatus::Paid);
    member(&shop, "other@example.com").await;
    assert_eq!(owner(&shop, guests), None);
    member(&shop, GUEST).await;
    // Bought by Jane, with the guest's address typed for the receipt: it stays Jane's.
    assert_eq!(owner(&shop, hers), Some(jane.account.id));
    assert!(owner(&shop, guests).is_some());
}

#[rocket::async_test]
async fn a_proved_new_address_brings_its_orders() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let order = shop.order(None, &[&emma], OrderStatus::Paid);
    let browser = member(&shop, "jane@example.org").await;
    browser.post("/account/email", &[("email", GUEST), ("email_password", PASSWORD)]).await;
    assert_eq!(owner(&shop, order), None);
    let link = shop.letter_to(GUEST).link("/confirm/");
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(303);
    assert!(owner(&shop, order).is_some());
}

#[rocket::async_test]
async fn a_visitors_cart_comes_along_at_sign_in() {
    let shop = TestShop::new().await;
    let (emma, persuasion) = (shop.book("Emma").publish(), shop.book("Persuasion").publish());
    let there = member(&shop, "jane@example.org").await;
    there.post("/cart", &[("book", &emma.public_id)]).await;
    let here = shop.browser();
    here.post("/cart", &[("book", &persuasion.public_id)]).await;
    let cart = here.cookie("bookplate-cart").expect("a visitor has a cart");
    sign_in(&here, "jane@example.org", PASSWORD).await.assert_status(303);
    here.get("/cart").await.assert_shows("Emma").assert_shows("Persuasion");
    assert_eq!(here.cookie("bookplate-cart"), None);
    // The cart is the account's now: whoever kept the cookie sees nothing of it.
    let other = shop.browser();
    other.set_cookie("bookplate-cart", &cart);
    other.get("/cart").await.assert_shows_not("Persuasion");
}
