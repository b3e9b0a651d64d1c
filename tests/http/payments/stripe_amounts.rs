//! What is shown is what is charged, in every currency and with either tax. The figures are stated by hand.

use bookplate::config::TaxKind;
use bookplate::money::Money;
use bookplate::orders::OrderStatus;
use bookplate::payments::{CheckoutLine, CheckoutRequest, GatewayError, TaxMode};
use chrono::TimeDelta;

use super::stripe_purchase::waiting;
use crate::support::{FakeStripe, TestShop};

fn request(shop: &TestShop, currency: &str, lines: &[i64], tax: TaxMode) -> CheckoutRequest {
    let total = Money::new(lines.iter().sum(), currency.parse().unwrap());
    let line =
        |(at, amount): (usize, &i64)| CheckoutLine { title: format!("Book {at}"), amount_minor: *amount };
    CheckoutRequest {
        reference: format!("order{currency}{}{tax:?}", total.minor),
        lines: lines.iter().enumerate().map(line).collect(),
        total,
        email: "jane@example.org".to_owned(),
        locale: String::new(),
        tax,
        success_url: "http://localhost/back".to_owned(),
        cancel_url: "http://localhost/".to_owned(),
        expires_at: shop.clock.now() + TimeDelta::minutes(60),
        idempotency_key: format!("co/{currency}/{}/{tax:?}", total.minor),
    }
}

/// Makes a session, pays it, and returns its facts: charged, tax, added tax, currency.
async fn charged(
    shop: &TestShop,
    stripe: &FakeStripe,
    request: CheckoutRequest,
) -> Result<(i64, i64, i64, String), GatewayError> {
    let gateway = &shop.till().gateway;
    let hosted = gateway.create_checkout(request).await?;
    stripe.pay(&hosted.id);
    let facts = gateway.fetch_checkout(&hosted.id).await?;
    Ok((facts.amount_minor, facts.tax_minor, facts.added_tax_minor, facts.currency))
}

#[rocket::async_test]
async fn cents_yen_and_thousandths_are_charged_as_they_are() {
    let (shop, stripe) = TestShop::with_stripe().await;
    for (currency, lines, expected) in [
        ("EUR", vec![499, 1250], 1749),
        ("JPY", vec![1200, 0, 333], 1533),
        ("KWD", vec![1250, 2500], 3750),
        ("EUR", vec![0, 50], 50),
    ] {
        let charged = charged(&shop, &stripe, request(&shop, currency, &lines, TaxMode::None)).await.unwrap();
        assert_eq!(charged, (expected, 0, 0, currency.to_owned()));
    }
    for (currency, lines) in [("KWD", vec![1255]), ("EUR", vec![49]), ("JPY", vec![49])] {
        let refused = charged(&shop, &stripe, request(&shop, currency, &lines, TaxMode::None)).await;
        assert!(matches!(refused, Err(GatewayError::Refused(_))), "{currency}: {refused:?}");
    }
}

#[rocket::async_test]
async fn what_the_shop_calls_the_least_stripe_takes() {
    let (shop, stripe) = TestShop::with_stripe().await;
    for code in
        ["EUR", "USD", "GBP", "JPY", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "MXN", "KRW", "KWD"]
    {
        let least = shop.till().gateway.minimum(code.parse().unwrap());
        let taken = charged(&shop, &stripe, request(&shop, code, &[least], TaxMode::None)).await;
        assert_eq!(taken.unwrap().0, least, "{code}");
    }
}

#[rocket::async_test]
async fn tax_is_within_the_price_or_on_top_of_it_as_the_settings_say() {
    let (shop, stripe) = TestShop::with_stripe().await;
    stripe.set_tax(7, "DE");
    // 17.49 holds 1.14 of tax at 7 %; on top of it come 1.22.
    let inclusive =
        charged(&shop, &stripe, request(&shop, "EUR", &[499, 1250], TaxMode::Inclusive)).await.unwrap();
    assert_eq!(inclusive, (1749, 114, 0, "EUR".to_owned()));
    let asked = stripe.asked("POST /v1/checkout/sessions");
    assert_eq!(asked["automatic_tax[enabled]"], "true");
    assert_eq!(asked["billing_address_collection"], "required");
    assert_eq!(asked["tax_id_collection[enabled]"], "true");
    assert_eq!(asked["line_items[0][price_data][tax_behavior]"], "inclusive");
    assert_eq!(asked["line_items[0][price_data][product_data][tax_code]"], "txcd_10302000");
    let exclusive =
        charged(&shop, &stripe, request(&shop, "EUR", &[499, 1250], TaxMode::Exclusive)).await.unwrap();
    assert_eq!(exclusive, (1871, 122, 122, "EUR".to_owned()));
}

#[rocket::async_test]
async fn an_order_with_tax_on_top_is_paid_by_the_order_and_its_tax() {
    let (shop, stripe) = TestShop::with_stripe_and(|settings| {
        settings.tax.mode = TaxKind::StripeExclusive;
        settings.seller.name = "Quoin & Lantern GmbH".to_owned();
        settings.seller.address = vec!["1 Quay".to_owned(), "10115 Berlin".to_owned()];
        settings.seller.country = "DE".to_owned();
        settings.seller.vat_id = "DE123456789".to_owned();
    })
    .await;
    stripe.set_tax(20, "FR");
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    // 4.99 and 20 % of it: 5.99.
    assert_eq!(stripe.session(&session)["amount_total"], 599);
    shop.assert_order(OrderStatus::Paid);
    let facts = shop.till().gateway.fetch_checkout(&session).await.unwrap();
    let billing = facts.billing.unwrap();
    assert_eq!((billing.name.as_str(), billing.country.as_str()), ("Jane Austen", "FR"));
    assert_eq!(billing.address, ["1 Sea Lane", "12345 Lyme"]);
}
