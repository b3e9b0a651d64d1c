//! The stand-in for Stripe before an independent judge: Stripe's own client for Python.

use std::path::PathBuf;
use std::process::Command;

use bookplate::clock::Clock;

use crate::support::fake_stripe::{FakeStripe, KEY, WEBHOOK_SECRET};
use crate::support::{TestShop, start_of_time};

/// Python with the package `stripe` of PyPI, which `scripts/test` sets up.
fn python() -> String {
    std::env::var("BOOKPLATE_TEST_STRIPE_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Runs a part of `judge.py` with arguments; returns what it printed.
fn judge(part: &str, arguments: &[&str]) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/fake_stripe/judge.py");
    let output = Command::new(python()).arg(script).arg(part).args(arguments).output();
    let output = output.expect("python can be run; scripts/test sets one up");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    assert!(
        output.status.success(),
        "Stripe's own client disagrees, or `pip install stripe==16.1.0` is missing (scripts/test does it):\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[test]
fn stripes_own_client_finds_its_way_about_the_stand_in() {
    let stripe = FakeStripe::start(Clock::at(start_of_time()));
    let version = Some(bookplate::payments::stripe::Stripe::api_version());
    stripe.set_endpoint("http://localhost/webhooks/stripe", version, &["*"], "enabled");
    let said = judge("api", &[&stripe.base(), KEY, &stripe.now().to_string()]);
    assert!(said.ends_with("content"), "{said}");
    assert_eq!(stripe.refunds().len(), 1);
}

#[test]
fn stripes_own_client_believes_the_stand_ins_signatures_and_no_others() {
    let stripe = FakeStripe::start(Clock::system());
    let body = "{\"id\":\"evt_1\",\"object\":\"event\"}";
    assert_eq!(judge("verify", &[body, &stripe.signature(body), WEBHOOK_SECRET]), "good");
    assert_eq!(judge("verify", &[body, &stripe.signature("{}"), WEBHOOK_SECRET]), "bad");
    let stale = stripe.signature_with(body, WEBHOOK_SECRET, stripe.now() - 301);
    assert_eq!(judge("verify", &[body, &stale, WEBHOOK_SECRET]), "bad");
}

#[rocket::async_test]
async fn the_shop_believes_what_stripes_own_library_signs() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let body = "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"moon.rose\",\"created\":1,\"data\":{\"object\":{\"id\":\"mo_1\"}}}";
    let header = judge("sign", &[body, WEBHOOK_SECRET, &stripe.now().to_string()]);
    stripe.ring_with(&shop, body, &header).await.assert_status(200);
    let header = judge("sign", &[body, "whsec_another", &stripe.now().to_string()]);
    stripe.ring_with(&shop, body, &header).await.assert_status(400);
}
