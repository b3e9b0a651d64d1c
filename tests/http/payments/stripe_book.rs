//! Stripe's own books, as the audit reads them, and what guards a shop that has sold for money.

use bookplate::config::{GatewayKind, NO_MONEY, Payments};
use bookplate::db::schema::orders;
use bookplate::orders::OrderStatus;
use bookplate::payments::{DisputeState, RefundState, guard};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

use super::stripe_purchase::waiting;
use crate::support::TestShop;

#[rocket::async_test]
async fn the_book_has_every_page_of_this_shops_sales_and_no_other_shops() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let since = shop.clock.now();
    let emma = shop.book("Emma").publish();
    let mut sessions = Vec::new();
    for at in 0..103 {
        let guest = shop.browser();
        guest.wants(&[&emma]).await;
        let session = guest.checks_out_at_stripe(&stripe, &format!("guest{at}@example.org")).await;
        stripe.pay(&session);
        sessions.push(session);
    }
    let refunded = stripe.refund(&stripe.payment_of(&sessions[0]), Some(100));
    let dispute = stripe.dispute(&stripe.payment_of(&sessions[1]), "warning_needs_response");
    stripe.tamper(&sessions[2], |session| session["metadata"]["shop"] = json!("another's"));
    let book = shop.till().gateway.book(since).await.unwrap();
    assert_eq!(book.checkouts.len(), 102);
    assert!(!book.checkouts.iter().any(|facts| facts.id == sessions[2]));
    assert_eq!((book.refunds.len(), book.disputes.len()), (1, 1));
    assert_eq!(
        (book.refunds[0].id.as_str(), book.refunds[0].state),
        (refunded.as_str(), RefundState::Succeeded)
    );
    assert_eq!(
        (book.disputes[0].id.as_str(), book.disputes[0].state),
        (dispute.as_str(), DisputeState::Inquiry)
    );
    let first = book.checkouts.iter().find(|facts| facts.id == sessions[0]).unwrap();
    assert_eq!((first.amount_minor, first.refunds.len()), (499, 1));
}

#[rocket::async_test]
async fn what_stripe_could_not_deliver_is_listed_oldest_first() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let since = shop.clock.now();
    let (_, _, session) = waiting(&shop, &stripe).await;
    stripe.pay_later(&session);
    stripe.deliver(&shop).await;
    shop.clock.advance(TimeDelta::minutes(1));
    stripe.settle(&session);
    shop.clock.advance(TimeDelta::minutes(1));
    stripe.refund(&stripe.payment_of(&session), None);
    stripe.lose_events();
    let missed = shop.till().gateway.undelivered(since).await.unwrap();
    let kinds: Vec<&str> = missed.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["checkout.session.async_payment_succeeded", "refund.created", "charge.refunded"]);
    assert_eq!(missed[0].object_id, session);
    for event in &missed {
        let of = shop.till().gateway.checkout_of(&event.kind, &event.object_id).await.unwrap();
        assert_eq!(of.as_deref(), Some(session.as_str()), "{}", event.kind);
    }
    let nothing = shop.till().gateway.checkout_of("refund.created", "re_unknown").await.unwrap();
    assert_eq!(nothing, None);
}

#[rocket::async_test]
async fn a_shop_that_sold_for_money_wants_more_than_a_switch_to_give_books_away() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let check = |settings: Payments| shop.db.read_blocking(|conn| guard::check(conn, &settings));
    check(Payments::default()).unwrap();
    let order = shop.order(None, &[&emma], OrderStatus::Paid);
    check(Payments::default()).unwrap();
    shop.run(move |conn| {
        diesel::update(orders::table.find(order)).set(orders::livemode.eq(true)).execute(conn)
    });
    let sentence = check(Payments::default()).unwrap_err().to_string();
    assert!(sentence.contains("real money") && sentence.contains("allow_sandbox_after_sales"), "{sentence}");
    check(Payments { allow_sandbox_after_sales: NO_MONEY.to_owned(), ..Payments::default() }).unwrap();
    check(Payments { gateway: GatewayKind::Stripe, ..Payments::default() }).unwrap();
}

#[rocket::async_test]
async fn orders_of_the_sandbox_stay_readable_under_stripe_and_are_not_asked_for_there() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, guest, session) = waiting(&shop, &stripe).await;
    // As if it had been placed when the sandbox was on.
    shop.run(|conn| {
        use bookplate::db::schema::checkouts;
        diesel::update(orders::table).set(orders::gateway.eq("sandbox")).execute(conn)?;
        diesel::update(checkouts::table)
            .set((checkouts::gateway.eq("sandbox"), checkouts::gateway_id.eq("sbx_co_old")))
            .execute(conn)
    });
    let before = stripe.seen().len();
    let page = format!("/orders/{}", shop.only_order().public_id);
    guest.get(&page).await.assert_status(200).assert_shows("Emma");
    guest.follow(guest.get(&format!("{page}/return")).await).await.assert_status(200);
    guest.follow(guest.post(&format!("{page}/pay"), &[]).await).await.assert_shows("can't be paid");
    shop.clock.advance(TimeDelta::hours(3));
    shop.task(bookplate::checkout::reconcile::TASK).await;
    shop.task(bookplate::orders::expiry::TASK).await;
    shop.assert_order(OrderStatus::Expired);
    assert_eq!(stripe.seen().len(), before);
    let again = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    assert_ne!(again, session);
}
