//! An order's life after its payment, as Stripe tells it: events over the wire, in any order, and lost ones.

use bookplate::checkout::reconcile;
use bookplate::orders::refund::{Items, RefundError, refund};
use bookplate::orders::{Finding, FindingKind, OrderStatus};
use chrono::TimeDelta;

use crate::support::builders::TestBook;
use crate::support::{Browser, FakeStripe, TestShop};

/// A guest who bought two books, and the payment.
async fn bought<'s>(shop: &'s TestShop, stripe: &FakeStripe) -> (TestBook, TestBook, Browser<'s>, String) {
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    let session = guest.checks_out_at_stripe(stripe, "jane@example.org").await;
    assert!(stripe.pay(&session));
    stripe.deliver(shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    (emma, salt, guest, stripe.payment_of(&session))
}

fn open_findings(shop: &TestShop) -> Vec<FindingKind> {
    shop.run(|conn| Finding::open(conn, None)).into_iter().map(|finding| finding.kind).collect()
}

#[rocket::async_test]
async fn a_refund_on_stripes_site_closes_the_books_and_its_failure_opens_them() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, salt, guest, payment) = bought(&shop, &stripe).await;
    let part = stripe.refund(&payment, Some(499));
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(open_findings(&shop), [FindingKind::RefundUnassigned]);
    stripe.refund(&payment, None);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(404);
    assert!(open_findings(&shop).is_empty());
    stripe.refund_becomes(&part, "failed");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(open_findings(&shop).contains(&FindingKind::RefundFailed));
    let subjects: Vec<String> = shop.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert!(subjects[3].contains("hasn’t worked yet"), "{subjects:?}");
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_refund_by_item_from_the_shop_is_the_same_refund_in_every_event() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, salt, guest, _) = bought(&shop, &stripe).await;
    let order = shop.only_order().id;
    let item = shop.line_items(order)[0].id;
    let status = refund(shop.till(), order, Items::These(vec![item]), "").await.unwrap();
    assert_eq!(status, OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(200);
    for event in stripe.take_events().iter().rev() {
        stripe.ring(&shop, event).await.assert_status(200);
    }
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::PartiallyRefunded);
    assert!(open_findings(&shop).is_empty());
    assert_eq!(stripe.refunds().len(), 1);
    assert_eq!(stripe.refunds()[0]["amount"], 499);
    assert_eq!(shop.mails().len(), 2);
}

#[rocket::async_test]
async fn a_refund_made_on_stripes_site_meanwhile_is_taken_over_when_stripe_refuses_ours() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, _, guest, payment) = bought(&shop, &stripe).await;
    stripe.refund(&payment, None);
    stripe.lose_events();
    let refused = refund(shop.till(), shop.only_order().id, Items::All, "").await;
    assert!(matches!(refused, Err(RefundError::Refused(_))), "{refused:?}");
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(open_findings(&shop).is_empty());
    assert_eq!(stripe.refunds().len(), 1);
}

#[rocket::async_test]
async fn a_dispute_goes_its_way_and_takes_the_access_along() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, _, guest, payment) = bought(&shop, &stripe).await;
    let dispute = stripe.dispute(&payment, "warning_needs_response");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(open_findings(&shop), [FindingKind::Inquiry]);
    stripe.dispute_becomes(&dispute, "needs_response");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Disputed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    // Nobody rings about the end; the shop asks.
    stripe.dispute_becomes(&dispute, "won");
    stripe.lose_events();
    shop.clock.advance(TimeDelta::hours(2));
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(open_findings(&shop).is_empty());
    // Stripe can change its mind: what goes back behind a decision is asked for twice, and believed.
    stripe.dispute_becomes(&dispute, "lost");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::ChargedBack);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert_eq!(open_findings(&shop), [FindingKind::DisputeLost]);
    let subjects: Vec<String> = shop.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
}

#[rocket::async_test]
async fn states_that_this_version_does_not_know_fail_closed_and_call_an_admin() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, _, guest, payment) = bought(&shop, &stripe).await;
    let dispute = stripe.dispute(&payment, "under_the_moon");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Disputed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert_eq!(open_findings(&shop), [FindingKind::Unclear]);
    stripe.dispute_becomes(&dispute, "won");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert!(open_findings(&shop).is_empty());
    guest.get(&emma.download("pdf")).await.assert_status(200);
}
