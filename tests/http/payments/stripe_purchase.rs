//! Buying by Stripe: paid, refused, late, given up, and what the buyer sees of it.

use bookplate::orders::OrderStatus;

use crate::support::TestShop;

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";

#[rocket::async_test]
async fn a_guest_pays_at_stripe_and_has_the_book_when_stripe_rings() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let session = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(stripe.pay(&session));
    shop.assert_order(OrderStatus::Pending);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
}
