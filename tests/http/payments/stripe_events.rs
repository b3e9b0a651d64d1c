//! Stripe's bell: what is believed, what is kept, what is acted on.

use bookplate::checkout::payment_event;
use bookplate::config::{Secret, Secrets};
use bookplate::db::schema::{payment_events, payments};
use bookplate::orders::OrderStatus;
use diesel::prelude::*;
use rocket::futures::future::join_all;
use serde_json::{Value, json};

use super::stripe_purchase::waiting;
use crate::support::fake_stripe::WEBHOOK_SECRET;
use crate::support::{FakeStripe, TestShop};

fn stored(shop: &TestShop) -> i64 {
    shop.run(|conn| payment_events::table.count().get_result(conn))
}

/// Rings with a body, well signed.
async fn ring(shop: &TestShop, stripe: &FakeStripe, body: &Value) -> u16 {
    let body = body.to_string();
    stripe.ring_with(shop, &body, &stripe.signature(&body)).await.status
}

/// A paid session, and the body of its event, which was not delivered.
async fn paid(shop: &TestShop, stripe: &FakeStripe) -> (String, Value) {
    let (_, _, session) = waiting(shop, stripe).await;
    stripe.pay(&session);
    let event = stripe.take_events().remove(0);
    (session, event.object)
}

#[rocket::async_test]
async fn forged_stale_and_empty_signatures_are_refused_and_nothing_is_stored() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, event) = paid(&shop, &stripe).await;
    let (body, now) = (event.to_string(), stripe.now());
    let good = stripe.signature(&body);
    for signature in [
        String::new(),
        "nonsense".to_owned(),
        good.replace("v1=", "v0="),
        stripe.signature_with(&body, "", now),
        stripe.signature_with(&body, "whsec_another", now),
        stripe.signature_with(&body, WEBHOOK_SECRET, now - 301),
        stripe.signature_with(&body, WEBHOOK_SECRET, now + 301),
        good.replace("t=", "t=x"),
    ] {
        stripe.ring_with(&shop, &body, &signature).await.assert_status(400);
    }
    let altered = body.replace("checkout.session", "checkout,session");
    stripe.ring_with(&shop, &altered, &good).await.assert_status(400);
    let huge = format!("{{\"padding\":\"{}\"}}", "x".repeat(600 * 1024));
    stripe.ring_with(&shop, &huge, &stripe.signature(&huge)).await.assert_status(400);
    assert_eq!(stored(&shop), 0);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    // Just within the tolerance, and with a second signature beside, it is believed.
    let other = stripe.signature_with(&body, "whsec_another", now - 299);
    let both = format!(
        "{other},{}",
        stripe.signature_with(&body, WEBHOOK_SECRET, now - 299).split(',').nth(1).unwrap()
    );
    stripe.ring_with(&shop, &body, &both).await.assert_status(200);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn while_the_secret_is_exchanged_both_count_and_an_empty_one_never() {
    let secrets = ["whsec_new", WEBHOOK_SECRET].map(Secret::new).to_vec();
    let (shop, stripe) =
        TestShop::with_stripe_and(|settings| settings.payments.stripe_webhook_secrets = Secrets(secrets))
            .await;
    let (_, event) = paid(&shop, &stripe).await;
    let body = event.to_string();
    for (secret, status) in [("whsec_new", 200), (WEBHOOK_SECRET, 200), ("", 400), ("whsec_old", 400)] {
        let signature = stripe.signature_with(&body, secret, stripe.now());
        stripe.ring_with(&shop, &body, &signature).await.assert_status(status);
    }
    assert_eq!(stored(&shop), 1);
}

#[rocket::async_test]
async fn an_object_that_cannot_be_read_is_no_forgery() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (session, event) = paid(&shop, &stripe).await;
    // Of 2019, when there was no payment_status and `request` was a text.
    let mut old = event.clone();
    old["id"] = json!("evt_old");
    old["api_version"] = json!("2019-05-16");
    old["request"] = json!("req_1");
    old["data"]["object"] = json!({ "id": session, "object": "checkout.session", "display_items": [] });
    old.as_object_mut().unwrap().remove("pending_webhooks");
    assert_eq!(ring(&shop, &stripe, &old).await, 200);
    assert_eq!(stored(&shop), 1);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn newer_versions_unknown_kinds_and_thin_events_are_kept() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (session, event) = paid(&shop, &stripe).await;
    let thin = json!({
        "id": "evt_thin", "object": "v2.core.event", "type": "v1.moon.rose", "livemode": false,
        "created": "2026-03-01T12:00:00.000Z", "related_object": { "id": "mo_1", "type": "moon" },
    });
    let mut unknown = event.clone();
    (unknown["id"], unknown["type"]) = (json!("evt_unknown"), json!("moon.rose"));
    let mut newer = event.clone();
    (newer["id"], newer["api_version"]) = (json!("evt_newer"), json!("2031-01-01.zinnia"));
    newer["data"]["object"]["payment_status"] = json!("paid_in_shells");
    for body in [&thin, &unknown] {
        assert_eq!(ring(&shop, &stripe, body).await, 200);
    }
    shop.task(payment_event::TASK).await;
    assert_eq!(stored(&shop), 2);
    shop.assert_order(OrderStatus::Pending);
    assert_eq!(ring(&shop, &stripe, &newer).await, 200);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(stripe.session(&session)["payment_status"], "paid");
    // Signed, and yet no event at all: acknowledged, so that it does not come again, and dropped.
    assert_eq!(ring(&shop, &stripe, &json!({ "hello": "world" })).await, 200);
    assert_eq!(stored(&shop), 3);
}

#[rocket::async_test]
async fn the_other_mode_another_account_and_another_shop_change_nothing() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (session, event) = paid(&shop, &stripe).await;
    let mut live = event.clone();
    (live["id"], live["livemode"]) = (json!("evt_live"), json!(true));
    let mut connected = event.clone();
    (connected["id"], connected["account"]) = (json!("evt_connected"), json!("acct_1"));
    for body in [&live, &connected] {
        assert_eq!(ring(&shop, &stripe, body).await, 200);
        shop.task(payment_event::TASK).await;
        shop.assert_order(OrderStatus::Pending);
    }
    stripe.tamper(&session, |session| session["metadata"]["shop"] = json!("another shop's id"));
    assert_eq!(ring(&shop, &stripe, &event).await, 200);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    let open: i64 = shop.run(|conn| {
        payment_events::table.filter(payment_events::processed_at.is_null()).count().get_result(conn)
    });
    assert_eq!(open, 0, "nothing of it is tried again");
}

#[rocket::async_test]
async fn facts_that_do_not_fit_the_order_give_no_access() {
    for (field, value) in [
        ("amount_total", json!(1)),
        ("currency", json!("usd")),
        ("client_reference_id", json!("another order")),
        ("livemode", json!(true)),
    ] {
        let (shop, stripe) = TestShop::with_stripe().await;
        let (emma, guest, session) = waiting(&shop, &stripe).await;
        stripe.pay(&session);
        stripe.tamper(&session, |session| session[field] = value.clone());
        for event in stripe.take_events() {
            let mut body = event.object;
            body["livemode"] = json!(false);
            assert_eq!(ring(&shop, &stripe, &body).await, 200);
        }
        shop.task(payment_event::TASK).await;
        shop.assert_order(OrderStatus::NeedsReview);
        guest.get(&emma.download("pdf")).await.assert_status(404);
        assert!(shop.receipts().is_empty(), "{field}");
    }
}

#[rocket::async_test]
async fn a_status_from_the_future_moves_nothing() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (session, event) = paid(&shop, &stripe).await;
    stripe.tamper(&session, |session| session["payment_status"] = json!("paid_in_shells"));
    assert_eq!(ring(&shop, &stripe, &event).await, 200);
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    assert!(shop.receipts().is_empty());
}

#[rocket::async_test]
async fn twice_at_once_and_reversed_is_one_payment_and_one_receipt() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay_later(&session);
    stripe.settle(&session);
    let mut events = stripe.take_events();
    events.reverse();
    for event in &events {
        for answer in join_all((0..16).map(|_| stripe.ring(&shop, event))).await {
            answer.assert_status(200);
        }
        join_all((0..4).map(|_| shop.task(payment_event::TASK))).await;
    }
    assert_eq!(stored(&shop), 2);
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
    let rows: i64 = shop.run(|conn| payments::table.count().get_result(conn));
    assert_eq!(rows, 1);
}
