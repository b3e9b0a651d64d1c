//! The gateway's book against ours, in both directions; and what was not delivered.

use bookplate::checkout::{audit, reconcile};
use bookplate::db::schema::{
    checkouts, findings, line_items, mails, orders, payment_facts, payments, refund_items, refunds,
    sandbox_checkouts,
};
use bookplate::orders::refund::{Items, refund};
use bookplate::orders::{FindingKind, Order, OrderStatus};
use bookplate::payments::DisputeState;
use bookplate::payments::sandbox::{Afterwards, Outcome};
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::TestShop;
use crate::support::builders::TestBook;

/// A shop with one paid order of a book and of another.
async fn sold(shop: &TestShop) -> (TestBook, TestBook, Order) {
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    shop.customer("jane").buys(&[&emma, &salt], "").await;
    (emma, salt, shop.only_order())
}

fn checkout(shop: &TestShop) -> String {
    shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::public_id).first(conn))
}

/// Kind and subject of what is open.
fn open(shop: &TestShop) -> Vec<(FindingKind, String)> {
    shop.run(|conn| {
        findings::table
            .filter(findings::resolved_at.is_null())
            .order(findings::id)
            .select((findings::kind, findings::subject))
            .load(conn)
    })
}

async fn audited(shop: &TestShop) -> audit::Report {
    audit::run(shop.till(), shop.clock.now() - audit::WINDOW, false).await.unwrap()
}

/// Takes the payment out of our books, as if they had been restored from yesterday's copy.
fn forget_payment(shop: &TestShop) {
    shop.run(|conn| {
        diesel::delete(refund_items::table).execute(conn)?;
        diesel::delete(refunds::table).execute(conn)?;
        diesel::delete(payment_facts::table).execute(conn)?;
        diesel::delete(payments::table).execute(conn)
    });
}

#[rocket::async_test]
async fn books_that_agree_have_no_differences() {
    let shop = TestShop::new().await;
    let (_, _, order) = sold(&shop).await;
    let item = shop.line_items(order.id)[0].id;
    refund(shop.till(), order.id, Items::These(vec![item]), "").await.unwrap();
    let report = audited(&shop).await;
    assert!(report.differences.is_empty() && report.healed.is_empty(), "{report:?}");
    assert_eq!((report.checkouts, report.orders), (1, 1));
    assert!(open(&shop).is_empty());
}

#[rocket::async_test]
async fn a_payment_that_is_missing_here_is_put_right() {
    let shop = TestShop::new().await;
    let (emma, _, order) = sold(&shop).await;
    forget_payment(&shop);
    shop.set_order_status(order.id, OrderStatus::Pending);
    shop.run(|conn| {
        diesel::update(orders::table).set(orders::paid_at.eq(None::<bookplate::db::Timestamp>)).execute(conn)
    });
    let dry = audit::run(shop.till(), shop.clock.now() - audit::WINDOW, true).await.unwrap();
    assert_eq!(dry.differences.len(), 1, "{dry:?}");
    assert_eq!(dry.differences[0].kind, FindingKind::PaymentUnknown);
    assert!(dry.differences[0].detail.contains("€17.49"), "{dry:?}");
    shop.assert_order(OrderStatus::Pending);
    assert!(open(&shop).is_empty());
    let report = audited(&shop).await;
    assert!(report.differences.is_empty(), "{report:?}");
    assert_eq!(report.healed.len(), 1, "{report:?}");
    shop.assert_order(OrderStatus::Paid);
    let jane = shop.run(|conn| {
        bookplate::accounts::Account::find_by_email(conn, "jane@example.com").map(Option::unwrap)
    });
    shop.signed_in(&jane).get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_refund_and_a_dispute_that_are_missing_here_are_put_right() {
    let shop = TestShop::new().await;
    sold(&shop).await;
    let id = checkout(&shop);
    // The gateway's own site, and its events are lost.
    drop(shop.sandbox().afterwards(&id, Afterwards::Refund(None)).await.unwrap());
    let report = audited(&shop).await;
    assert!(report.differences.is_empty(), "{report:?}");
    assert!(report.healed[0].contains("€17.49"), "{report:?}");
    shop.assert_order(OrderStatus::Refunded);

    let shop = TestShop::new().await;
    sold(&shop).await;
    let id = checkout(&shop);
    drop(shop.sandbox().afterwards(&id, Afterwards::Dispute(DisputeState::Open)).await.unwrap());
    let report = audited(&shop).await;
    assert!(report.differences.is_empty() && report.healed.len() == 1, "{report:?}");
    shop.assert_order(OrderStatus::Disputed);
}

#[rocket::async_test]
async fn an_order_that_the_gateway_knows_nothing_of_is_a_finding_until_it_is_known() {
    let shop = TestShop::new().await;
    let (_, _, order) = sold(&shop).await;
    let id = checkout(&shop);
    shop.run(|conn| {
        diesel::update(sandbox_checkouts::table)
            .set((sandbox_checkouts::public_id.eq("elsewhere"), sandbox_checkouts::reference.eq("elsewhere")))
            .execute(conn)
    });
    let report = audited(&shop).await;
    // In both directions: our payment is not there, and theirs is in no order.
    let kinds: Vec<FindingKind> = report.differences.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [FindingKind::PaymentUnknown, FindingKind::PaymentMissing], "{report:?}");
    assert_eq!(report.differences[1].order, Some(order.id));
    assert_eq!(open(&shop).len(), 2);
    audited(&shop).await;
    assert_eq!(open(&shop).len(), 2);
    let reference = order.public_id.clone();
    shop.run(move |conn| {
        diesel::update(sandbox_checkouts::table)
            .set((sandbox_checkouts::public_id.eq(id), sandbox_checkouts::reference.eq(reference)))
            .execute(conn)
    });
    let report = audited(&shop).await;
    assert!(report.differences.is_empty(), "{report:?}");
    // The one about the gateway's own stays until its checkout is looked at again.
    assert!(open(&shop).iter().all(|(kind, _)| *kind == FindingKind::PaymentUnknown), "{:?}", open(&shop));
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn a_refund_that_only_our_books_have_is_a_finding() {
    let shop = TestShop::new().await;
    let (_, _, order) = sold(&shop).await;
    let item = shop.line_items(order.id)[0].id;
    refund(shop.till(), order.id, Items::These(vec![item]), "").await.unwrap();
    shop.run(|conn| {
        diesel::update(refunds::table).set(refunds::gateway_id.eq("sbx_re_invented")).execute(conn)
    });
    let report = audited(&shop).await;
    let found: Vec<_> =
        report.differences.iter().filter(|one| one.kind == FindingKind::RefundDiffers).collect();
    assert_eq!(found.len(), 1, "{report:?}");
    assert!(found[0].detail.contains("sbx_re_invented"), "{report:?}");
}

#[rocket::async_test]
async fn rights_that_do_not_follow_the_money_are_put_right() {
    let shop = TestShop::new().await;
    let (emma, salt, order) = sold(&shop).await;
    let items = shop.line_items(order.id);
    refund(shop.till(), order.id, Items::These(vec![items[0].id]), "").await.unwrap();
    let (emma_item, now) = (items[0].id, shop.clock.now());
    shop.run(move |conn| {
        let opened =
            (line_items::refunded_at.eq(None::<bookplate::db::Timestamp>), line_items::refunded_minor.eq(0));
        diesel::update(line_items::table.find(emma_item)).set(opened).execute(conn)?;
        diesel::update(line_items::table.filter(line_items::id.ne(emma_item)))
            .set(line_items::refunded_at.eq(now))
            .execute(conn)
    });
    let report = audited(&shop).await;
    assert!(report.differences.is_empty(), "{report:?}");
    assert!(report.healed[0].contains("“Emma” was refunded and is open"), "{report:?}");
    assert!(report.healed[0].contains("“Salt Roads” is closed and was not refunded"), "{report:?}");
    let jane = shop.run(|conn| {
        bookplate::accounts::Account::find_by_email(conn, "jane@example.com").map(Option::unwrap)
    });
    let jane = shop.signed_in(&jane);
    jane.get(&emma.download("pdf")).await.assert_status(404);
    jane.get(&salt.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_paid_order_without_a_receipt_is_a_finding() {
    let shop = TestShop::new().await;
    let (_, _, order) = sold(&shop).await;
    shop.run(|conn| diesel::delete(mails::table).execute(conn));
    audited(&shop).await;
    assert_eq!(open(&shop), [(FindingKind::ReceiptMissing, order.public_id)]);
}

#[rocket::async_test]
async fn money_for_no_order_of_ours_is_a_finding() {
    let shop = TestShop::new().await;
    sold(&shop).await;
    let id = checkout(&shop);
    forget_payment(&shop);
    shop.run(|conn| {
        diesel::update(sandbox_checkouts::table)
            .set(sandbox_checkouts::reference.eq("elsewhere"))
            .execute(conn)?;
        diesel::delete(checkouts::table).execute(conn)
    });
    let report = audited(&shop).await;
    let unknown = report.differences.iter().find(|one| one.kind == FindingKind::PaymentUnknown).unwrap();
    assert_eq!((unknown.subject.as_str(), unknown.order), (id.as_str(), None));
    assert!(unknown.detail.contains("€17.49"), "{unknown:?}");
    assert!(report.differences.iter().any(|one| one.kind == FindingKind::PaymentMissing), "{report:?}");
}

#[rocket::async_test]
async fn an_audit_is_made_each_night_and_after_an_outage_of_any_length() {
    let shop = TestShop::new().await;
    sold(&shop).await;
    shop.task(audit::TASK).await;
    let id = checkout(&shop);
    drop(shop.sandbox().afterwards(&id, Afterwards::Refund(None)).await.unwrap());
    // The same day: it was made already.
    shop.clock.advance(TimeDelta::hours(2));
    shop.task(audit::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    // Closed for four months: the first run looks back to where the last one was.
    shop.clock.advance(TimeDelta::days(120));
    shop.task(audit::TASK).await;
    shop.assert_order(OrderStatus::Refunded);
}

#[rocket::async_test]
async fn what_waits_too_long_is_a_finding_and_goes_when_it_is_over() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    shop.sandbox().end(pay_page.trim_start_matches("/sandbox/pay/"), Outcome::Later).await.unwrap();
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Processing);
    audited(&shop).await;
    assert!(open(&shop).is_empty());
    shop.run(|conn| {
        let long_ago = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        diesel::update(orders::table).set(orders::updated_at.eq(long_ago)).execute(conn)
    });
    audited(&shop).await;
    assert_eq!(open(&shop), [(FindingKind::Stuck, shop.only_order().public_id)]);
    shop.set_order_status(shop.only_order().id, OrderStatus::Expired);
    audited(&shop).await;
    assert!(open(&shop).is_empty());
}
