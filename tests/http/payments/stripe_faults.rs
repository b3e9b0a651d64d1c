//! Stripe does not answer, answers strangely, or too late: the buyer gets a page, the order waits, nothing is doubled.

use std::time::{Duration, Instant};

use bookplate::checkout::close::{self, Because};
use bookplate::orders::OrderStatus;
use bookplate::orders::refund::{self, Items, refund};
use chrono::TimeDelta;
use rocket::futures::future::join;
use rocket::http::Method;
use rocket::tokio;

use super::stripe_purchase::waiting;
use crate::support::TestShop;
use crate::support::fake_stripe::Fault;

const CREATE: &str = "POST /v1/checkout/sessions";

/// Presses the button while `fault` holds, looks at the page, and then buys after all. Returns how many sessions there
/// were in the end.
async fn survives(fault: Fault, times: usize) -> usize {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    stripe.fault(CREATE, fault.clone(), times);
    let start = Instant::now();
    let answer = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    let page = guest.follow(answer).await;
    assert!(start.elapsed() < Duration::from_secs(10), "{fault:?}: {:?}", start.elapsed());
    page.assert_status(200).assert_shows("doesn’t answer just now").assert_shows("Nothing was charged");
    shop.assert_order(OrderStatus::Pending);
    guest.get("/cart").await.assert_shows("Emma");
    stripe.mend();
    let again = guest.post(&format!("/orders/{}/pay", shop.only_order().public_id), &[]).await;
    let to = again.assert_status(303).header("Location").unwrap().to_owned();
    assert!(to.starts_with(&stripe.base()), "{fault:?}: sent to {to}");
    assert!(stripe.pay(&to));
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1, "{fault:?}");
    stripe.sessions().len()
}

#[rocket::async_test]
async fn a_hang_ends_with_a_page_within_ten_seconds_and_the_order_can_be_paid_afterwards() {
    assert_eq!(survives(Fault::Hang, 9).await, 1);
}

#[rocket::async_test]
async fn a_hang_after_the_work_finds_the_session_that_was_made() {
    assert_eq!(survives(Fault::HangAfter, 9).await, 1);
}

#[rocket::async_test]
async fn a_failure_that_stripe_repeats_for_a_day_does_not_hold_up_the_order() {
    // Under the same key the answer would be the same: another is taken.
    assert_eq!(survives(Fault::Status(500), 1).await, 1);
    assert_eq!(survives(Fault::StatusAfter(500), 1).await, 2);
}

#[rocket::async_test]
async fn a_lost_answer_is_asked_for_again_with_the_same_key() {
    assert_eq!(survives(Fault::Cut, 1).await, 1);
    assert_eq!(survives(Fault::Garbage, 1).await, 1);
    assert_eq!(survives(Fault::Status(503), 9).await, 1);
}

#[rocket::async_test]
async fn too_many_requests_are_waited_for() {
    let (shop, stripe) = TestShop::with_stripe().await;
    stripe.fault(CREATE, Fault::Status(429), 2);
    let (_, _, session) = waiting(&shop, &stripe).await;
    assert!(stripe.pay(&session));
}

#[rocket::async_test]
async fn two_clicks_at_once_on_a_slow_stripe_share_one_session() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    stripe.fault(CREATE, Fault::Slow(Duration::from_millis(400)), 1);
    let (one, two) = join(
        guest.checks_out_at_stripe(&stripe, "jane@example.org"),
        guest.checks_out_at_stripe(&stripe, "jane@example.org"),
    )
    .await;
    assert_eq!((&one, stripe.sessions().len()), (&two, 1));
}

#[rocket::async_test]
async fn a_stripe_that_hangs_when_asked_what_became_of_it_gives_a_page_that_looks_again() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.fault("GET /v1/", Fault::Hang, 99);
    let start = Instant::now();
    let page = guest.get(&format!("/orders/{}/return", shop.only_order().public_id)).await;
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(page.assert_status(200).header("Refresh").is_some());
    shop.assert_order(OrderStatus::Pending);
    stripe.mend();
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_refund_whose_answer_is_a_failure_or_lost_goes_back_once() {
    for fault in [Fault::StatusAfter(500), Fault::Status(500), Fault::Cut, Fault::Garbage] {
        let (shop, stripe) = TestShop::with_stripe().await;
        let (_, _, session) = waiting(&shop, &stripe).await;
        stripe.pay(&session);
        stripe.deliver(&shop).await;
        stripe.fault("POST /v1/refunds", fault.clone(), 1);
        let _ = refund(shop.till(), shop.only_order().id, Items::All, "").await;
        shop.clock.advance(TimeDelta::minutes(5));
        shop.task(refund::TASK).await;
        shop.task(bookplate::checkout::reconcile::TASK).await;
        assert_eq!(shop.only_order().status, OrderStatus::Refunded, "{fault:?}");
        assert_eq!(stripe.refunds().len(), 1, "{fault:?}");
    }
}

#[rocket::async_test]
async fn a_second_tab_in_another_language_does_not_lose_the_first_ones_session() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    stripe.fault(CREATE, Fault::Slow(Duration::from_millis(1500)), 1);
    let pressed = guest.post("/checkout", &[("email", "jane@example.org")]);
    let again = async {
        while !stripe.is_at_work() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let headers = [("Sec-Fetch-Site", "same-origin"), ("Accept-Language", "de")];
        guest.send(Method::Post, "/checkout", &headers, Some("email=jane%40example.org".to_owned())).await
    };
    let (pressed, again) = join(Box::pin(pressed), Box::pin(again)).await;
    let first = pressed.assert_status(303).header("Location").unwrap().to_owned();
    assert!(first.starts_with(&stripe.base()), "{first}");
    again.assert_status(303);
    assert!(stripe.pay(&first));
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn what_is_given_up_while_stripe_makes_its_page_is_closed_there() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    stripe.fault(CREATE, Fault::Slow(Duration::from_millis(1500)), 1);
    let pressed = guest.post("/checkout", &[("email", "jane@example.org")]);
    let given_up = async {
        while !stripe.is_at_work() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let order = shop.only_order();
        Box::pin(close::close(shop.till(), order.id, Because::Cancelled)).await.unwrap()
    };
    let (pressed, given_up) = join(Box::pin(pressed), given_up).await;
    assert_eq!(given_up, OrderStatus::Cancelled);
    pressed.assert_redirects_to(&format!("/orders/{}", shop.only_order().public_id));
    assert_eq!(stripe.session(&stripe.only_session())["status"], "expired");
    shop.assert_order(OrderStatus::Cancelled);
}
