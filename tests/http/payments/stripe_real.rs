//! Stripe itself, for whoever has a test key. It makes a session, reads it, and closes it; no money moves in test mode.

use bookplate::clock::Clock;
use bookplate::config::{GatewayKind, Secret, Secrets};
use bookplate::money::Money;
use bookplate::payments::stripe::Stripe;
use bookplate::payments::{CheckoutLine, CheckoutRequest, CheckoutStatus, Gateway, TaxMode};
use chrono::TimeDelta;

use crate::support::TestShop;

#[rocket::async_test]
#[ignore = "needs a key of Stripe's test mode: BOOKPLATE_TEST_STRIPE_KEY=sk_test_… cargo test --test http real -- --ignored"]
async fn a_session_is_made_read_and_closed_at_stripe_itself() {
    let key = std::env::var("BOOKPLATE_TEST_STRIPE_KEY").expect("BOOKPLATE_TEST_STRIPE_KEY is set");
    assert!(key.starts_with("sk_test_") || key.starts_with("rk_test_"), "only a key of the test mode");
    let shop = TestShop::new().await;
    let mut settings = shop.settings.payments.clone();
    settings.gateway = GatewayKind::Stripe;
    settings.stripe_secret_key = Secret::new(key);
    settings.stripe_webhook_secrets = Secrets(vec![Secret::new("whsec_not_used_here")]);
    let gateway = Gateway::Stripe(Stripe::new(shop.db.clone(), Clock::system(), &settings));
    let reference = bookplate::ids::public_id();
    let request = CheckoutRequest {
        reference: reference.clone(),
        lines: vec![
            CheckoutLine { title: "Emma & “co”".to_owned(), amount_minor: 499 },
            CheckoutLine { title: "A gift".to_owned(), amount_minor: 0 },
        ],
        total: Money::new(499, "EUR".parse().unwrap()),
        email: "jane@example.org".to_owned(),
        locale: "de".to_owned(),
        tax: TaxMode::None,
        success_url: "https://books.example/back".to_owned(),
        cancel_url: "https://books.example/".to_owned(),
        expires_at: Clock::system().now() + TimeDelta::minutes(35),
        idempotency_key: format!("co/{reference}/1"),
    };
    let made = gateway.create_checkout(request.clone()).await.unwrap();
    assert!(made.url.starts_with("https://checkout.stripe.com/"), "{}", made.url);
    assert_eq!(gateway.create_checkout(request).await.unwrap().id, made.id, "the same key, the same session");
    let facts = gateway.fetch_checkout(&made.id).await.unwrap();
    assert_eq!((facts.status, facts.amount_minor, facts.reference), (CheckoutStatus::Open, 499, reference));
    assert_eq!(gateway.expire_checkout(&made.id).await.unwrap().status, CheckoutStatus::Expired);
    assert_eq!(gateway.expire_checkout(&made.id).await.unwrap().status, CheckoutStatus::Expired);
    gateway.book(Clock::system().now() - TimeDelta::hours(1)).await.unwrap();
    gateway.undelivered(Clock::system().now() - TimeDelta::hours(1)).await.unwrap();
}
