//! What the shop did not hear from Stripe, or forgot, it finds by itself.

use bookplate::checkout::{audit, payment_event, reconcile, undelivered};
use bookplate::db::schema::{checkouts, findings, payment_facts, payments, refunds};
use bookplate::orders::refund::{self, Items};
use bookplate::orders::{Finding, FindingKind, Order, OrderStatus, expiry};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

use super::stripe_purchase::waiting;
use crate::support::builders::TestBook;
use crate::support::fake_stripe::Fault;
use crate::support::{Browser, FakeStripe, TestShop};

/// A guest who bought a book and whose order is settled: the browser and the payment.
async fn sold<'s>(shop: &'s TestShop, stripe: &FakeStripe, book: &TestBook) -> (Browser<'s>, String, Order) {
    let guest = shop.browser();
    guest.wants(&[book]).await;
    let session = guest.checks_out_at_stripe(stripe, "jane@example.org").await;
    assert!(stripe.pay(&session));
    stripe.deliver(shop).await;
    let order = shop.orders().pop().unwrap();
    assert_eq!(order.status, OrderStatus::Paid);
    (guest, stripe.payment_of(&session), order)
}

fn status(shop: &TestShop, order: &Order) -> OrderStatus {
    let id = order.id;
    shop.run(move |conn| Order::find(conn, id)).unwrap().status
}

/// Kind and subject of what is open.
fn open(shop: &TestShop) -> Vec<(FindingKind, String)> {
    shop.run(|conn| Finding::open(conn, None)).into_iter().map(|one| (one.kind, one.subject)).collect()
}

async fn audited(shop: &TestShop) -> audit::Report {
    audit::run(shop.till(), shop.clock.now() - audit::WINDOW, false).await.unwrap()
}

/// Everything that a start does about money.
async fn starts(shop: &TestShop) {
    for task in
        [payment_event::TASK, expiry::TASK, refund::TASK, reconcile::TASK, undelivered::TASK, audit::TASK]
    {
        shop.task(task).await;
    }
}

#[rocket::async_test]
async fn an_event_that_was_not_delivered_is_fetched_within_the_hour() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let (guest, payment, order) = sold(&shop, &stripe, &emma).await;
    shop.task(undelivered::TASK).await;
    stripe.refund(&payment, None);
    stripe.lose_events();
    shop.clock.advance(TimeDelta::hours(1));
    // Nothing of this order is open: nobody would ask for it.
    shop.task(reconcile::TASK).await;
    assert_eq!(status(&shop, &order), OrderStatus::Paid);
    shop.task(undelivered::TASK).await;
    assert_eq!(status(&shop, &order), OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let mails = shop.mails().len();
    shop.clock.advance(TimeDelta::hours(1));
    shop.task(undelivered::TASK).await;
    assert_eq!(shop.mails().len(), mails);
}

#[rocket::async_test]
async fn a_shop_that_was_closed_for_a_hundred_days_is_right_again_after_its_start() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let (refunded, first, one) = sold(&shop, &stripe, &emma).await;
    let (disputed, second, two) = sold(&shop, &stripe, &emma).await;
    let (asked, _, three) = sold(&shop, &stripe, &emma).await;
    let paying = shop.browser();
    paying.wants(&[&emma]).await;
    let session = paying.checks_out_at_stripe(&stripe, "kate@example.org").await;
    let four = shop.orders().pop().unwrap();
    let leaving = shop.browser();
    leaving.wants(&[&emma]).await;
    leaving.checks_out_at_stripe(&stripe, "lea@example.org").await;
    let five = shop.orders().pop().unwrap();
    shop.task(audit::TASK).await;
    // A refund that was asked for, and whose answer the shop did not live to hear.
    stripe.fault("POST /v1/refunds", Fault::Cut, 1);
    let _ = refund::refund(shop.till(), three.id, Items::All, "").await;
    // Then it is closed. Money comes and goes at Stripe, and rings in vain.
    stripe.pay(&session);
    shop.clock.advance(TimeDelta::days(20));
    stripe.refund(&first, None);
    let dispute = stripe.dispute(&second, "needs_response");
    stripe.dispute_becomes(&dispute, "lost");
    stripe.lose_events();
    shop.clock.advance(TimeDelta::days(80));

    starts(&shop).await;
    for (order, is) in [
        (&one, OrderStatus::Refunded),
        (&two, OrderStatus::ChargedBack),
        (&three, OrderStatus::Refunded),
        (&four, OrderStatus::Paid),
        (&five, OrderStatus::Expired),
    ] {
        assert_eq!(status(&shop, order), is, "{}", order.number);
    }
    for guest in [&refunded, &disputed, &asked, &leaving] {
        guest.get(&emma.download("pdf")).await.assert_status(404);
    }
    paying.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(stripe.refunds().len(), 2, "nothing went back twice");
    assert_eq!(shop.receipts().len(), 4);
    assert_eq!(open(&shop), [(FindingKind::DisputeLost, dispute)]);
    let mails = shop.mails().len();
    starts(&shop).await;
    assert_eq!(shop.mails().len(), mails, "a second start finds nothing new");
}

#[rocket::async_test]
async fn the_audit_finds_what_only_one_of_the_two_books_has() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let (guest, payment, order) = sold(&shop, &stripe, &emma).await;
    let (_, other, kept) = sold(&shop, &stripe, &emma).await;
    assert!(audited(&shop).await.differences.is_empty());
    // Ours has nothing of a payment, as after an old copy was brought back.
    let id = order.id;
    shop.run(move |conn| {
        let gone = payments::table.filter(payments::order_id.eq(id)).select(payments::id);
        diesel::delete(payment_facts::table.filter(payment_facts::payment_id.eq_any(gone))).execute(conn)?;
        diesel::delete(payments::table.filter(payments::order_id.eq(id))).execute(conn)
    });
    shop.set_order_status(order.id, OrderStatus::Expired);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let report = audited(&shop).await;
    assert_eq!((report.healed.len(), report.differences.len()), (1, 0), "{report:?}");
    assert!(report.healed[0].contains("€4.99") && report.healed[0].contains(&payment), "{report:?}");
    guest.get(&emma.download("pdf")).await.assert_status(200);
    // Ours has a refund that Stripe does not know.
    refund::refund(shop.till(), kept.id, Items::Amount(100), "").await.unwrap();
    stripe.lose_events();
    shop.run(|conn| diesel::update(refunds::table).set(refunds::gateway_id.eq("re_invented")).execute(conn));
    let report = audited(&shop).await;
    let found: Vec<_> = report.differences.iter().map(|one| (one.kind, one.subject.as_str())).collect();
    assert!(found.contains(&(FindingKind::RefundDiffers, other.as_str())), "{report:?}");
    let ada = shop.admin("ada");
    let page = ada.get("/admin/findings").await;
    page.assert_shows("Refunds differ").assert_shows("re_invented");
}

#[rocket::async_test]
async fn one_object_that_is_not_understood_does_not_keep_the_audit_from_the_others() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let (_, _, odd) = sold(&shop, &stripe, &emma).await;
    let session = stripe.only_session();
    let (_, payment, order) = sold(&shop, &stripe, &emma).await;
    stripe.tamper(&session, |session| session["payment_status"] = json!("paid_in_shells"));
    stripe.refund(&payment, None);
    stripe.lose_events();
    let report = audited(&shop).await;
    assert_eq!(status(&shop, &order), OrderStatus::Refunded);
    assert_eq!(status(&shop, &odd), OrderStatus::Paid, "nothing moves by what nobody understands");
    assert_eq!(report.differences.len(), 1, "{report:?}");
    assert_eq!(open(&shop), [(FindingKind::Unclear, session.clone())]);
    stripe.tamper(&session, |session| session["payment_status"] = json!("paid"));
    shop.till().gateway.fetch_checkout(&session).await.unwrap();
    bookplate::checkout::fulfil::sync(shop.till(), &session).await.unwrap();
    assert!(open(&shop).is_empty());
}

#[rocket::async_test]
async fn a_checkout_that_the_books_have_lost_is_taken_in_when_it_is_paid() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    // A copy of a moment before was brought back.
    shop.run(|conn| diesel::delete(checkouts::table).execute(conn));
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(shop.receipts().len(), 1);
    // Not if what was paid does not fit.
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    shop.run(|conn| diesel::delete(checkouts::table).execute(conn));
    stripe.pay(&session);
    stripe.tamper(&session, |session| session["amount_total"] = json!(100));
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::NeedsReview);
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn of_two_paid_sessions_for_one_order_the_second_goes_back() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    // Stripe makes a session and says that it failed; the buyer tries again, and Stripe has two.
    stripe.fault("POST /v1/checkout/sessions", Fault::StatusAfter(500), 1);
    guest.post("/checkout", &[("email", "jane@example.org")]).await.assert_status(303);
    let second = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    let first = stripe.sessions()[0]["id"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    stripe.pay(&second);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    stripe.pay(&first);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(open(&shop).len(), 1);
    shop.task(refund::TASK).await;
    stripe.deliver(&shop).await;
    shop.task(refund::TASK).await;
    let sent_back = stripe.refunds();
    assert_eq!(sent_back.len(), 1);
    assert_eq!(
        (&sent_back[0]["payment_intent"], &sent_back[0]["amount"]),
        (&json!(stripe.payment_of(&first)), &json!(499))
    );
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(open(&shop).is_empty());
    let told: Vec<String> = shop.mails().into_iter().map(|mail| mail.subject).collect();
    assert!(told.len() == 2 && told[1].contains("twice"), "{told:?}");
}

#[rocket::async_test]
async fn money_for_an_order_that_our_clock_gave_up_still_gives_the_book() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    // Stripe does not answer when the order's time is over, and the buyer is faster than the next try.
    shop.set_order_status(shop.only_order().id, OrderStatus::Expired);
    assert!(stripe.pay(&session));
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn checkouts_of_an_account_that_is_gone_hold_up_no_other_and_their_orders_end() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    let waits = shop.only_order();
    let mut gone = Vec::new();
    for number in 0..230 {
        let order = shop.order(None, &[&emma], OrderStatus::Pending);
        gone.push((order, format!("cs_test_gone{number}")));
    }
    let (rows, long_ago) = (gone.clone(), shop.clock.now() - TimeDelta::days(1));
    shop.run(move |conn| {
        for (order, id) in rows {
            diesel::insert_into(checkouts::table)
                .values((
                    checkouts::order_id.eq(order),
                    checkouts::attempt.eq(1),
                    checkouts::gateway.eq("stripe"),
                    checkouts::gateway_id.eq(id),
                    checkouts::status.eq("open"),
                    checkouts::created_at.eq(long_ago),
                    checkouts::updated_at.eq(long_ago),
                ))
                .execute(conn)?;
        }
        QueryResult::Ok(())
    });
    stripe.pay(&session);
    stripe.lose_events();
    for _ in 0..2 {
        shop.clock.advance(TimeDelta::minutes(3));
        shop.task(reconcile::TASK).await;
    }
    assert_eq!(status(&shop, &waits), OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    // They are over like any other, although Stripe can't be asked to close them.
    shop.run(|conn| {
        use bookplate::db::schema::orders;
        diesel::update(orders::table.filter(orders::status.eq(OrderStatus::Pending)))
            .set((orders::gateway.eq("stripe"), orders::expires_at.eq(orders::created_at.nullable())))
            .execute(conn)
    });
    shop.task(expiry::TASK).await;
    let left = shop.orders().into_iter().filter(|order| order.status == OrderStatus::Pending).count();
    assert_eq!(left, 0);
    let none: i64 = shop.run(|conn| findings::table.count().get_result(conn));
    assert_eq!(none, 0);
}
