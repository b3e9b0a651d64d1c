//! What the shop shows is what Stripe charges, on every way to a price and with every kind of tax. Every figure here was
//! worked out by hand.

use bookplate::config::{Settings, TaxKind};
use bookplate::orders::OrderStatus;

use super::things::{book, bundle, code, currency, named};
use crate::support::{Browser, FakeStripe, TestShop};

async fn shop_in(code: &str, mode: TaxKind) -> (TestShop, FakeStripe) {
    let currency = currency(code);
    TestShop::with_stripe_and(move |settings: &mut Settings| {
        settings.currency = currency;
        settings.tax.mode = mode;
        settings.seller.name = "Sea Books GmbH".to_owned();
        settings.seller.address = vec!["Kai 7".to_owned(), "20457 Hamburg".to_owned()];
        settings.seller.country = "DE".to_owned();
        settings.seller.vat_id = "DE123456789".to_owned();
    })
    .await
}

/// What a case shows and what Stripe takes for it.
struct Case {
    /// The button of the checkout.
    button: &'static str,
    /// What Stripe takes, in minor units.
    charged: i64,
    /// The total of the order's page and of the receipt.
    total: &'static str,
    /// What each line costs at Stripe.
    lines: &'static [i64],
}

/// Buys the cart's content as a guest at Stripe.
async fn charges(shop: &TestShop, stripe: &FakeStripe, guest: &Browser<'_>, gift: bool, case: &Case) {
    guest.get("/checkout").await.assert_status(200).assert_shows(case.button);
    let wish: &[(&str, &str)] =
        if gift { &[("gift.wanted", "true"), ("gift.email", "kate@example.org")] } else { &[] };
    let answer = guest.presses_the_button("jane@example.org", wish).await;
    let page = answer.assert_status(303).header("Location").unwrap().to_owned();
    assert!(stripe.pay(&page), "{page}");
    stripe.deliver(shop).await;
    shop.assert_order(OrderStatus::Paid);
    let session = stripe.session(&stripe.only_session());
    assert_eq!(session["amount_total"], case.charged, "{}", case.button);
    let asked = stripe.asked("POST /v1/checkout/sessions");
    let lines: Vec<i64> = (0..)
        .map_while(|number| asked.get(&format!("line_items[{number}][price_data][unit_amount]")))
        .map(|amount| amount.parse().unwrap())
        .collect();
    assert_eq!(lines, case.lines);
    let order = shop.only_order();
    let total = format!("<dd><span class=\"price\">{}</span></dd></div>", case.total);
    guest.get(&format!("/orders/{}", order.public_id)).await.assert_shows(&total);
    let receipt = &shop.receipts()[0];
    assert!(receipt.text.contains(&format!("Total: {}", case.total)), "{}", receipt.text);
    let audit = bookplate::checkout::audit::run(shop.till(), order.created_at, false).await.unwrap();
    assert!(audit.differences.is_empty() && audit.healed.is_empty(), "{audit:?}");
}

async fn enters(guest: &Browser<'_>, code: &str) {
    guest.post("/cart/code", &[("code", code)]).await.assert_redirects_to("/cart");
}

#[rocket::async_test]
async fn a_cart_with_a_percent_code() {
    // 17.49 less a tenth (1.749): 15.74. With 7 % VAT within it, no other sum; with 20 % on top of it 3.148 more.
    for (mode, percent, button, charged, total) in [
        (TaxKind::None, 0, "Pay €15.74<", 1574, "€15.74"),
        (TaxKind::StripeInclusive, 7, "Pay €15.74<", 1574, "€15.74"),
        (TaxKind::StripeExclusive, 20, "Pay €15.74 plus VAT<", 1889, "€18.89"),
    ] {
        let (shop, stripe) = shop_in("EUR", mode).await;
        stripe.set_tax(percent, "FR");
        let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
        code(&shop, "percent", "10", |_| {});
        let guest = shop.browser();
        guest.wants(&[&emma, &salt]).await;
        enters(&guest, "welcome10").await;
        charges(&shop, &stripe, &guest, false, &Case { button, charged, total, lines: &[449, 1125] }).await;
    }
}

#[rocket::async_test]
async fn a_bundle_with_an_amount_code_as_a_gift_in_yen() {
    // 1,500 for 1,000 in the bundle (333 and 667), less 100: 300 and 600. With 10 % on top: 990.
    for (mode, button, charged, total) in [
        (TaxKind::None, "Pay ¥900<", 900, "¥900"),
        (TaxKind::StripeInclusive, "Pay ¥900<", 900, "¥900"),
        (TaxKind::StripeExclusive, "Pay ¥900 plus VAT<", 990, "¥990"),
    ] {
        let (shop, stripe) = shop_in("JPY", mode).await;
        stripe.set_tax(10, "JP");
        let (emma, salt) = (book(&shop, "Emma", 500), book(&shop, "Salt Roads", 1000));
        let both = bundle(&shop, "Both", 1000, &[&emma, &salt]);
        code(&shop, "amount", "100", |_| {});
        let guest = shop.browser();
        guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
        enters(&guest, "welcome10").await;
        charges(&shop, &stripe, &guest, true, &Case { button, charged, total, lines: &[300, 600] }).await;
    }
}

#[rocket::async_test]
async fn a_named_price_beside_a_fixed_one_in_dinars() {
    // 1.250 named and 2.500 fixed: 3.750. With 4 % on top 0.150 more.
    for (mode, button, charged, total) in [
        (TaxKind::None, "Pay KWD\u{a0}3.750<", 3750, "KWD\u{a0}3.750"),
        (TaxKind::StripeInclusive, "Pay KWD\u{a0}3.750<", 3750, "KWD\u{a0}3.750"),
        (TaxKind::StripeExclusive, "Pay KWD\u{a0}3.750 plus VAT<", 3900, "KWD\u{a0}3.900"),
    ] {
        let (shop, stripe) = shop_in("KWD", mode).await;
        stripe.set_tax(4, "KW");
        let (emma, salt) = (book(&shop, "Emma", 1500), book(&shop, "Salt Roads", 2500));
        named(&shop, &emma, 500);
        let guest = shop.browser();
        let at = format!("{}/cart", emma.page());
        guest.post(&at, &[("amount", "1.250")]).await.assert_redirects_to("/cart");
        guest.wants(&[&salt]).await;
        charges(&shop, &stripe, &guest, false, &Case { button, charged, total, lines: &[1250, 2500] }).await;
    }
}

#[rocket::async_test]
async fn a_book_that_a_code_makes_free_beside_one_that_is_not() {
    // Emma for nothing, Salt Roads as it is: Stripe has a line of 0.
    let (shop, stripe) = shop_in("EUR", TaxKind::None).await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let slug = emma.slug.clone();
    code(&shop, "percent", "100", |code| code.books = slug);
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    enters(&guest, "welcome10").await;
    let case = Case { button: "Pay €12.50<", charged: 1250, total: "€12.50", lines: &[0, 1250] };
    charges(&shop, &stripe, &guest, false, &case).await;
}
