//! Stripe Tax, from the checkout's page to the credit note: what is shown is what is charged. The figures are stated
//! by hand.

use bookplate::config::{Settings, TaxKind};
use bookplate::money::Money;
use bookplate::orders::OrderStatus;
use bookplate::orders::refund::{Items, refund};

use crate::support::{Answer, Browser, FakeStripe, TestShop};

fn seller(settings: &mut Settings, mode: TaxKind) {
    settings.tax.mode = mode;
    settings.tax.reverse_charge = true;
    settings.tax.rates = [("DE", 7.0), ("FR", 20.0)].map(|(code, rate)| (code.to_owned(), rate)).into();
    settings.seller.name = "Sea Books GmbH".to_owned();
    settings.seller.address = vec!["Kai 7".to_owned(), "20457 Hamburg".to_owned()];
    settings.seller.country = "DE".to_owned();
    settings.seller.vat_id = "DE123456789".to_owned();
}

/// A guest who buys a book of 17.49, and what Stripe took.
async fn sold<'s>(shop: &'s TestShop, stripe: &FakeStripe) -> (Browser<'s>, Answer, i64) {
    let price = Money::new(1749, shop.settings.currency);
    let salt = shop.book("Salt").but(|new| new.price = price).publish();
    let guest = shop.browser();
    guest.wants(&[&salt]).await;
    let checkout = guest.get("/checkout").await;
    // Stripe's page asks for the country by itself.
    checkout.assert_shows_not("name=\"country\"");
    let session = guest.checks_out_at_stripe(stripe, "jane@example.org").await;
    stripe.pay(&session);
    stripe.deliver(shop).await;
    shop.assert_order(OrderStatus::Paid);
    (guest, checkout, stripe.session(&session)["amount_total"].as_i64().unwrap())
}

impl TestShop {
    async fn page_of(&self, guest: &Browser<'_>, page: &str) -> Answer {
        let answer = guest.get(&format!("/orders/{}{page}", self.only_order().public_id)).await;
        answer.assert_status(200);
        answer
    }
}

#[rocket::async_test]
async fn tax_on_top_is_announced_charged_receipted_and_given_back() {
    let (shop, stripe) =
        TestShop::with_stripe_and(|settings| seller(settings, TaxKind::StripeExclusive)).await;
    stripe.set_tax(20, "FR");
    let (guest, checkout, charged) = sold(&shop, &stripe).await;
    // 17.49 * 20 % = 3.498: 3.50 on top, 20.99 in all.
    checkout.assert_shows("Pay €17.49 plus VAT").assert_shows("added on the payment page");
    assert_eq!(charged, 2099);
    let page = shop.page_of(&guest, "").await;
    page.assert_shows("€20.99").assert_shows("plus VAT €3.50");
    let receipt = &shop.receipts()[0];
    assert!(receipt.text.contains("Total: €20.99 (plus VAT €3.50)"), "{}", receipt.text);
    let invoice = shop.page_of(&guest, "/invoice").await;
    for part in ["VAT 20 % (France)", "€17.49", "€3.50", "€20.99", "Jane Austen", "1 Sea Lane"] {
        invoice.assert_shows(part);
    }

    refund(shop.till(), shop.only_order().id, Items::All, "asked").await.unwrap();
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Refunded);
    assert_eq!(stripe.refunds()[0]["amount"], 2099);
    let page = shop.page_of(&guest, "").await;
    page.assert_shows("−€20.99").assert_shows("Credit note");
}

#[rocket::async_test]
async fn tax_within_the_price_changes_no_sum() {
    let (shop, stripe) =
        TestShop::with_stripe_and(|settings| seller(settings, TaxKind::StripeInclusive)).await;
    stripe.set_tax(7, "DE");
    let (guest, checkout, charged) = sold(&shop, &stripe).await;
    // 17.49 * 7 / 107 = 1.144…
    checkout.assert_shows("Pay €17.49").assert_shows_not("plus VAT");
    assert_eq!(charged, 1749);
    shop.page_of(&guest, "").await.assert_shows("€17.49").assert_shows("including VAT €1.14");
    let receipt = &shop.receipts()[0];
    assert!(receipt.text.contains("Total: €17.49 (including VAT €1.14)"), "{}", receipt.text);
    let invoice = shop.page_of(&guest, "/invoice").await;
    invoice.assert_shows("VAT 7 % (Germany)").assert_shows("€16.35").assert_shows("€1.14");
}

#[rocket::async_test]
async fn a_company_abroad_owes_the_tax_itself_and_the_invoice_says_so() {
    let (shop, stripe) =
        TestShop::with_stripe_and(|settings| seller(settings, TaxKind::StripeExclusive)).await;
    stripe.set_tax(0, "FR");
    stripe.set_vat_id("FR40303265045");
    let (guest, _, charged) = sold(&shop, &stripe).await;
    assert_eq!(charged, 1749);
    let invoice = shop.page_of(&guest, "/invoice").await;
    invoice.assert_shows("Reverse charge").assert_shows("FR40303265045").assert_shows("€17.49");
    shop.page_of(&guest, "").await.assert_shows_not("VAT €");
}
