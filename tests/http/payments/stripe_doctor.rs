//! What the doctor says of a shop that sells by Stripe.

use bookplate::checkout::payment_event;
use bookplate::config::Secret;
use bookplate::orders::expiry;
use bookplate::payments::stripe::{EVENT_KINDS, Stripe};
use chrono::TimeDelta;

use super::stripe_purchase::waiting;
use crate::support::builders::Reader;
use crate::support::fake_stripe::Fault;
use crate::support::{Answer, FakeStripe, TestShop};

const URL: &str = "http://localhost/webhooks/stripe";

/// An endpoint as the README wants it.
fn register(stripe: &FakeStripe) {
    stripe.set_endpoint(URL, Some(Stripe::api_version()), &EVENT_KINDS, "enabled");
}

/// What the doctor's page says once it has looked, which it does not do twice in ten seconds.
async fn look(shop: &TestShop, ada: &Reader<'_>) -> Answer {
    shop.clock.advance(TimeDelta::seconds(11));
    ada.post("/admin/doctor", &[]).await.assert_redirects_to("/admin/doctor");
    let page = ada.get("/admin/doctor").await;
    page.assert_status(200);
    page
}

async fn examined(shop: &TestShop) -> Answer {
    look(shop, &shop.admin("ada")).await
}

#[rocket::async_test]
async fn a_shop_in_order_hears_so_of_each_thing() {
    let (shop, stripe) = TestShop::with_stripe().await;
    register(&stripe);
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    let page = examined(&shop).await;
    for words in [
        "Stripe in test mode: no real money is taken",
        "There is one.",
        "Stripe answers, and takes the key",
        "It agrees with Stripe’s",
        "Stripe rings at http://localhost/webhooks/stripe",
        "It speaks 2026-09-30.endive, as this program does",
        "It is told of everything that the shop acts on",
        "It came on 1 March 2026",
        "All were acted on",
        "No order and no refund waits longer than it should",
    ] {
        page.assert_shows(words);
    }
}

#[rocket::async_test]
async fn what_is_wrong_with_the_endpoint_is_said_with_what_to_do() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let ada = shop.admin("ada");
    let page = async || look(&shop, &ada).await;
    page().await.assert_shows("Stripe has no endpoint http://localhost/webhooks/stripe");
    page().await.assert_shows("API version 2026-09-30.endive for the events: checkout.session.completed,");
    stripe.set_endpoint("https://elsewhere.example/webhooks/stripe", None, &["*"], "enabled");
    page().await.assert_shows("Stripe has no endpoint http://localhost/webhooks/stripe");
    stripe.set_endpoint(URL, None, &["*"], "disabled");
    page().await.assert_shows("is switched off at Stripe");
    stripe.set_endpoint(URL, None, &["*"], "enabled");
    page().await.assert_shows("It speaks the account’s version").assert_shows("told of everything");
    stripe.set_endpoint(URL, Some("2019-05-16"), &EVENT_KINDS[1..], "enabled");
    page()
        .await
        .assert_shows("It speaks 2019-05-16; this program speaks 2026-09-30.endive")
        .assert_shows("It is not told of checkout.session.completed.");
    stripe.set_livemode(true);
    register(&stripe);
    // Its events of real money are not this shop's, which is in test mode.
    page().await.assert_shows("Stripe has no endpoint");
}

#[rocket::async_test]
async fn a_clock_that_goes_wrong_is_noticed_in_both_directions() {
    let (shop, stripe) = TestShop::with_stripe().await;
    register(&stripe);
    let ada = shop.admin("ada");
    for (offset, words) in [
        (59, "It agrees with Stripe’s"),
        (-59, "It agrees with Stripe’s"),
        (400, "This machine’s clock is 400 seconds behind Stripe’s"),
        (-400, "This machine’s clock is 400 seconds ahead of Stripe’s"),
    ] {
        stripe.set_clock_offset(offset);
        look(&shop, &ada).await.assert_shows(words);
    }
    // And it is as bad as it sounds.
    stripe.set_clock_offset(0);
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.set_clock_offset(-400);
    for event in stripe.take_events() {
        stripe.ring(&shop, &event).await.assert_status(400);
    }
}

#[rocket::async_test]
async fn a_key_that_stripe_does_not_take_is_said() {
    let (shop, _) = TestShop::with_stripe_and(|settings| {
        settings.payments.stripe_secret_key = Secret::new("rk_test_ofAnotherAccount");
    })
    .await;
    let page = examined(&shop).await;
    page.assert_shows("Stripe could not be asked").assert_shows("needs to read webhook endpoints");
    page.assert_shows_not("rk_test_ofAnotherAccount");
}

#[rocket::async_test]
async fn what_waits_too_long_is_counted() {
    let (shop, stripe) = TestShop::with_stripe().await;
    register(&stripe);
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    for event in stripe.take_events() {
        stripe.ring(&shop, &event).await.assert_status(200);
    }
    // Stripe fails when it is asked what became of it, for hours.
    stripe.fault("GET /v1/checkout", Fault::Status(500), 1000);
    shop.task(payment_event::TASK).await;
    shop.clock.advance(TimeDelta::hours(4));
    shop.task(expiry::TASK).await;
    let page = examined(&shop).await;
    page.assert_shows("1 have waited for more than an hour").assert_shows("1 orders or refunds wait longer");
}
