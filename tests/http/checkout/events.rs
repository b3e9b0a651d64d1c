//! The gateway's bell: twice, at once, out of order, forged, stale, unknown. One payment, one receipt.

use bookplate::checkout::payment_event;
use bookplate::db::schema::{payment_events, payments};
use bookplate::orders::OrderStatus;
use bookplate::payments::sandbox::{Outcome, SignedEvent};
use chrono::TimeDelta;
use diesel::prelude::*;
use rocket::futures::future::join_all;
use rocket::http::Method;

use crate::support::builders::TestBook;
use crate::support::{Answer, Browser, TestShop};

/// A guest whose order waits at the gateway; the checkout's id is returned.
async fn waiting(shop: &TestShop) -> (TestBook, Browser<'_>, String) {
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let checkout = pay_page.trim_start_matches("/sandbox/pay/").to_owned();
    (emma, guest, checkout)
}

/// Rings as the gateway would, from outside.
async fn ring(shop: &TestShop, event: &SignedEvent) -> Answer {
    let headers = [("Bookplate-Sandbox-Signature", event.signature.as_str())];
    let browser = shop.browser();
    browser.send(Method::Post, "/webhooks/sandbox", &headers, Some(event.body.clone())).await
}

fn stored(shop: &TestShop) -> i64 {
    shop.run(|conn| payment_events::table.count().get_result(conn))
}

fn paid_once(shop: &TestShop) {
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
    let payments: i64 = shop.run(|conn| payments::table.count().get_result(conn));
    assert_eq!(payments, 1);
}

#[rocket::async_test]
async fn an_event_is_stored_before_anything_is_done_and_then_worked_off() {
    let shop = TestShop::new().await;
    let (emma, guest, checkout) = waiting(&shop).await;
    let event = shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap().unwrap();
    ring(&shop, &event).await.assert_status(200);
    assert_eq!(stored(&shop), 1);
    shop.assert_order(OrderStatus::Pending);
    shop.task(payment_event::TASK).await;
    paid_once(&shop);
    guest.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn the_same_event_many_times_is_one_event() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    let event = shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap().unwrap();
    for answer in join_all((0..16).map(|_| ring(&shop, &event))).await {
        answer.assert_status(200);
    }
    shop.task(payment_event::TASK).await;
    ring(&shop, &event).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    assert_eq!(stored(&shop), 1);
    paid_once(&shop);
}

#[rocket::async_test]
async fn many_events_about_one_checkout_worked_off_at_once_with_the_return_page_pay_it_once() {
    let shop = TestShop::new().await;
    let (_, guest, checkout) = waiting(&shop).await;
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    for _ in 0..20 {
        let event = shop.sandbox().event("checkout.completed", &checkout);
        ring(&shop, &event).await.assert_status(200);
    }
    let back = format!("/orders/{}/return", shop.only_order().public_id);
    let work = join_all((0..16).map(|_| shop.task(payment_event::TASK)));
    let pages = join_all((0..8).map(|_| guest.get(&back)));
    let (_, pages) = rocket::tokio::join!(work, pages);
    for page in pages {
        page.assert_status(303);
    }
    paid_once(&shop);
}

#[rocket::async_test]
async fn events_in_the_wrong_order_end_the_same() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    let completed = shop.sandbox().end(&checkout, Outcome::Later).await.unwrap().unwrap();
    shop.clock.advance(TimeDelta::seconds(10));
    let succeeded = shop.sandbox().settle_due().await.unwrap().remove(0);
    ring(&shop, &succeeded).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    paid_once(&shop);
    ring(&shop, &completed).await.assert_status(200);
    ring(&shop, &shop.sandbox().event("checkout.expired", &checkout)).await.assert_status(200);
    ring(&shop, &shop.sandbox().event("checkout.failed", &checkout)).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    paid_once(&shop);
}

#[rocket::async_test]
async fn an_event_proves_nothing_by_itself() {
    let shop = TestShop::new().await;
    let (emma, guest, checkout) = waiting(&shop).await;
    ring(&shop, &shop.sandbox().event("checkout.completed", &checkout)).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_forged_or_stale_event_is_refused_and_not_stored() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    let event = shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap().unwrap();
    let forged = SignedEvent { body: event.body.replace("completed", "Completed"), ..event.clone() };
    ring(&shop, &forged).await.assert_status(400);
    for signature in ["", "t=1,v1=00", "nonsense", &event.signature.replace("v1=", "v0=")] {
        ring(&shop, &SignedEvent { signature: signature.to_owned(), ..event.clone() })
            .await
            .assert_status(400);
    }
    shop.clock.advance(TimeDelta::seconds(301));
    ring(&shop, &event).await.assert_status(400);
    assert_eq!(stored(&shop), 0);
    shop.assert_order(OrderStatus::Pending);
}

#[rocket::async_test]
async fn events_of_unknown_kinds_and_about_unknown_checkouts_are_kept_and_change_nothing() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    ring(&shop, &shop.sandbox().event("moon.rose", &checkout)).await.assert_status(200);
    ring(&shop, &shop.sandbox().event("checkout.completed", "sbx_co_of_another_shop"))
        .await
        .assert_status(200);
    shop.task(payment_event::TASK).await;
    assert_eq!(stored(&shop), 2);
    shop.assert_order(OrderStatus::Pending);
    // The one that we may hear more of rests and is tried again; the other is done with.
    let open: i64 = shop.run(|conn| {
        payment_events::table.filter(payment_events::processed_at.is_null()).count().get_result(conn)
    });
    assert_eq!(open, 1);
}

#[rocket::async_test]
async fn only_the_gateway_of_this_shop_has_a_bell() {
    let shop = TestShop::new().await;
    let event = shop.sandbox().event("checkout.completed", "sbx_co_x");
    let headers = [("Bookplate-Sandbox-Signature", event.signature.as_str())];
    let answer = shop.browser().send(Method::Post, "/webhooks/stripe", &headers, Some(event.body)).await;
    answer.assert_status(404);
}

#[rocket::async_test]
async fn the_return_page_pays_the_order_when_the_event_is_late() {
    let shop = TestShop::new().await;
    let (emma, guest, checkout) = waiting(&shop).await;
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    let page = format!("/orders/{}", shop.only_order().public_id);
    guest.get(&format!("{page}/return")).await.assert_redirects_to(&page);
    paid_once(&shop);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    ring(&shop, &shop.sandbox().event("checkout.completed", &checkout)).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    paid_once(&shop);
}
