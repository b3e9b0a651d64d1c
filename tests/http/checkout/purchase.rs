//! Buying: as a guest and as a customer, with every way a payment can end.

use bookplate::checkout::tasks::SANDBOX_TASK;
use bookplate::db::schema::{books, orders};
use bookplate::orders::OrderStatus;
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::TestShop;

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";

#[rocket::async_test]
async fn a_guest_buys_with_an_address_alone_and_downloads() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.wants(&[&emma]).await;
    guest.get("/checkout").await.assert_status(200).assert_shows("Your e-mail address").assert_shows("€4.99");
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let receipt = guest.ends(&pay_page, "pay").await;
    receipt.assert_status(200).assert_shows("The book is yours").assert_shows("jane@example.org");
    receipt.assert_shows(&emma.download("pdf"));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    guest.get("/cart").await.assert_shows("Nothing in it yet");
    shop.browser().get(&emma.download("pdf")).await.assert_status(404);
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn a_customers_order_goes_to_the_account_whatever_address_the_form_says() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "eve@example.org").await;
    let order = shop.only_order();
    assert_eq!((order.account_id, order.email.as_str()), (Some(jane.account.id), "jane@example.com"));
    jane.get(&emma.download("pdf")).await.assert_sends(PDF);
    let elsewhere = shop.signed_in(&jane.account);
    elsewhere.get(&emma.download("pdf")).await.assert_sends(PDF);
    assert_eq!(shop.receipts()[0].to, "jane@example.com");
}

#[rocket::async_test]
async fn the_shop_computes_the_total_and_what_the_browser_says_of_prices_means_nothing() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    let sent = [("book", emma.public_id.as_str()), ("price", "1"), ("price_minor", "1"), ("currency", "JPY")];
    guest.post("/cart", &sent).await.assert_redirects_to("/cart");
    guest.wants(&[&salt]).await;
    let sent = [("email", "jane@example.org"), ("total", "1"), ("amount", "1"), ("currency", "JPY")];
    let answer = guest.post("/checkout", &sent).await;
    let order = shop.only_order();
    assert_eq!((order.subtotal_minor, order.total_minor, order.currency.as_str()), (1749, 1749, "EUR"));
    let prices: Vec<i64> = shop.line_items(order.id).iter().map(|item| item.price_minor).collect();
    assert_eq!(prices, [499, 1250]);
    guest.get(answer.header("Location").unwrap()).await.assert_shows("€17.49");
}

#[rocket::async_test]
async fn an_order_keeps_its_prices_and_titles_when_the_catalogue_changes() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let id = emma.id;
    shop.run(move |conn| {
        diesel::update(books::table.find(id))
            .set((books::price_minor.eq(99_999), books::title.eq("Another")))
            .execute(conn)
    });
    guest.ends(&pay_page, "pay").await.assert_shows("Emma").assert_shows("€4.99").assert_shows_not("999");
    assert_eq!(shop.only_order().total_minor, 499);
}

#[rocket::async_test]
async fn a_buyer_is_told_when_a_price_changed_since_the_page_was_shown() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let page = guest.get("/checkout").await.text();
    let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let id = emma.id;
    shop.run(move |conn| diesel::update(books::table.find(id)).set(books::price_minor.eq(599)).execute(conn));
    let answer = guest.post("/checkout", &[("email", "jane@example.org"), ("seen", &seen)]).await;
    answer.assert_status(422).assert_shows("changed meanwhile").assert_shows("€5.99");
    answer.assert_shows("jane@example.org");
    assert!(shop.orders().is_empty());
}

#[rocket::async_test]
async fn an_address_that_no_mail_reaches_is_said_at_the_field_and_kept() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    for wrong in ["jane", "", "jane@", "a@b c"] {
        let page = guest.post("/checkout", &[("email", wrong)]).await;
        page.assert_status(422).assert_shows("email-error").assert_shows(&format!("value=\"{wrong}\""));
    }
    assert!(shop.orders().is_empty());
}

#[rocket::async_test]
async fn a_declined_payment_gives_nothing_and_can_be_tried_again() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let page = guest.ends(&pay_page, "decline").await;
    page.assert_status(200).assert_shows("didn’t go through").assert_shows("Try again");
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(shop.receipts().is_empty());
    let order = shop.only_order();
    let again = guest.post(&format!("/orders/{}/pay", order.public_id), &[]).await;
    let second = again.assert_status(303).header("Location").unwrap().to_owned();
    assert_ne!(second, pay_page);
    guest.ends(&second, "pay").await.assert_shows("The book is yours");
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn a_delayed_payment_gives_the_book_when_the_money_comes_and_not_before() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let page = guest.ends(&pay_page, "later").await;
    page.assert_shows("on its way").assert_shows("jane@example.org");
    assert!(page.header("Refresh").is_some(), "the page looks again by itself");
    shop.task(SANDBOX_TASK).await;
    shop.assert_order(OrderStatus::Processing);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get("/library").await.assert_shows("The payment is on its way");
    shop.clock.advance(TimeDelta::seconds(i64::from(shop.settings.payments.sandbox_delay_seconds)));
    shop.task(SANDBOX_TASK).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    let page = guest.get(&format!("/orders/{}", shop.only_order().public_id)).await;
    page.assert_shows("The book is yours");
    assert!(page.header("Refresh").is_none());
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn who_goes_back_without_paying_finds_the_order_and_the_way_to_pay_it() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "abandon").await.assert_shows("isn’t paid yet").assert_shows("Pay now");
    shop.assert_order(OrderStatus::Pending);
    guest.get("/cart").await.assert_shows("Emma");
    let id = shop.only_order().public_id;
    guest.post(&format!("/orders/{id}/pay"), &[]).await.assert_redirects_to(&pay_page);
    guest.ends(&pay_page, "pay").await.assert_shows("The book is yours");
}

#[rocket::async_test]
async fn an_unpaid_order_can_be_cancelled_and_its_page_at_the_gateway_is_closed() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let page = format!("/orders/{}", shop.only_order().public_id);
    guest.post(&format!("{page}/cancel"), &[]).await.assert_redirects_to(&page);
    let shown = guest.get(&page).await;
    shop.assert_order(OrderStatus::Cancelled);
    shown
        .assert_shows("This order was cancelled")
        .assert_shows("The order is cancelled. Nothing was charged.");
    shown.assert_shows_not("Pay now");
    // A second click finds it so, and the cart is as it was.
    guest.post(&format!("{page}/cancel"), &[]).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Cancelled);
    guest.get("/cart").await.assert_shows("Emma");
    guest.get(&pay_page).await.assert_shows("expired");
    guest.post(&pay_page, &[("outcome", "pay")]).await;
    assert_ne!(shop.only_order().status, OrderStatus::Paid);
}

#[rocket::async_test]
async fn an_order_that_costs_nothing_skips_the_gateway_and_has_a_receipt() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let id = emma.id;
    shop.run(move |conn| diesel::update(books::table.find(id)).set(books::price_minor.eq(0)).execute(conn));
    guest.get("/checkout").await.assert_shows("Get the books");
    let answer = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    let order = shop.only_order();
    answer.assert_redirects_to(&format!("/orders/{}", order.public_id));
    assert_eq!((order.status, order.total_minor, order.gateway.as_str()), (OrderStatus::Paid, 0, "none"));
    guest.follow(answer).await.assert_shows("The book is yours");
    assert_eq!(shop.receipts().len(), 1);
    guest.get("/cart").await.assert_shows("Nothing in it yet");
    // It is the buyer's, whatever the book costs later.
    shop.run(move |conn| diesel::update(books::table.find(id)).set(books::price_minor.eq(499)).execute(conn));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    // A second click on the button leads to the same order.
    let again = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    again.assert_redirects_to(&format!("/orders/{}", order.public_id));
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn an_empty_cart_can_not_be_checked_out() {
    let shop = TestShop::new().await;
    let guest = shop.browser();
    guest.get("/checkout").await.assert_redirects_to("/cart");
    guest.post("/checkout", &[("email", "jane@example.org")]).await.assert_redirects_to("/cart");
    let none: i64 = shop.run(|conn| orders::table.count().get_result(conn));
    assert_eq!(none, 0);
}
