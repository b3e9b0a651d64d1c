//! Findings, and the repair of each kind.

use bookplate::checkout::{audit, reconcile};
use bookplate::db::schema::{
    admin_acts, checkouts, findings, mails, payment_facts, payments, sandbox_checkouts,
};
use bookplate::orders::refund::{Items, refund};
use bookplate::orders::{Finding, FindingKind, OrderStatus};
use bookplate::payments::sandbox::{Afterwards, Outcome};
use diesel::prelude::*;

use crate::support::builders::TestBook;
use crate::support::{Answer, Browser, TestShop};

async fn audited(shop: &TestShop) {
    audit::run(shop.till(), shop.clock.now() - audit::WINDOW, false).await.unwrap();
}

fn all(shop: &TestShop) -> Vec<Finding> {
    shop.run(|conn| findings::table.order(findings::id).select(Finding::as_select()).load(conn))
}

#[track_caller]
fn only(shop: &TestShop, kind: FindingKind) -> Finding {
    let found: Vec<Finding> = all(shop).into_iter().filter(|one| one.kind == kind).collect();
    assert_eq!(found.len(), 1, "{:?}", all(shop));
    found[0].clone()
}

fn page_of(finding: &Finding) -> String {
    format!("/admin/findings/{}", finding.public_id)
}

/// Presses a repair's button, and goes where it leads.
async fn mends(ada: &Browser<'_>, finding: &Finding, repair: &str, more: &[(&str, &str)]) -> Answer {
    let page = page_of(finding);
    let mut fields = vec![("repair", repair)];
    fields.extend_from_slice(more);
    ada.post(&page, &fields).await.assert_redirects_to(&page);
    ada.get(&page).await
}

async fn sold(shop: &TestShop) -> (TestBook, TestBook, String) {
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    shop.browser().buys(&[&emma, &salt], "jane@example.org").await;
    let id = shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::public_id).first(conn));
    (emma, salt, id)
}

/// An order whose money does not fit.
async fn unfitting(shop: &TestShop) -> (TestBook, Browser<'_>) {
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    shop.run(|conn| {
        diesel::update(sandbox_checkouts::table).set(sandbox_checkouts::amount_minor.eq(399)).execute(conn)
    });
    shop.sandbox().end(pay_page.trim_start_matches("/sandbox/pay/"), Outcome::Pay).await.unwrap();
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::NeedsReview);
    (emma, guest)
}

#[rocket::async_test]
async fn every_kind_has_a_page_with_what_it_means_and_can_be_dismissed_with_a_reason() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.get("/admin/findings").await.assert_shows("Nothing is open.");
    ada.get("/admin/findings?closed=true").await.assert_shows("None yet.");
    let now = shop.clock.now();
    shop.run(move |conn| {
        for kind in FindingKind::ALL {
            Finding::raise(conn, *kind, "x", None, "Just so.", now)?;
        }
        QueryResult::Ok(())
    });
    for finding in all(&shop) {
        let page = ada.get(&page_of(&finding)).await;
        page.assert_status(200).assert_shows("Just so.").assert_shows("What you can do");
        let fields = [("repair", "dismiss"), ("reason", " ")];
        let again = ada.post(&page_of(&finding), &fields).await;
        again.assert_status(422).assert_shows("Please say why");
        let page = mends(&ada, &finding, "dismiss", &[("reason", "Known to us")]).await;
        page.assert_shows("by ada@example.com: Known to us").assert_shows_not("What you can do");
        // A second click finds it closed.
        mends(&ada, &finding, "dismiss", &[("reason", "Again")]).await.assert_shows("closed already");
    }
    ada.get("/admin/findings?closed=true").await.assert_shows("Known to us");
    ada.get("/admin/findings").await.assert_shows("Nothing is open.");
    let acts: i64 = shop.run(|conn| admin_acts::table.count().get_result(conn));
    assert_eq!(usize::try_from(acts).unwrap(), FindingKind::ALL.len());
}

#[rocket::async_test]
async fn a_repair_that_is_not_for_this_finding_is_refused() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| Finding::raise(conn, FindingKind::Inquiry, "x", None, "It asks.", now));
    let ada = shop.admin("ada");
    let finding = only(&shop, FindingKind::Inquiry);
    for repair in ["accept", "give_back", "send_back", "nonsense", ""] {
        let fields = [("repair", repair), ("reason", "why")];
        ada.post(&page_of(&finding), &fields).await.assert_status(422);
    }
    let acts: i64 = shop.run(|conn| admin_acts::table.count().get_result(conn));
    assert_eq!(acts, 0);
}

#[rocket::async_test]
async fn money_that_does_not_fit_is_taken_as_it_is() {
    let shop = TestShop::new().await;
    let (emma, guest) = unfitting(&shop).await;
    let ada = shop.admin("ada");
    let finding = only(&shop, FindingKind::Mismatch);
    ada.get(&page_of(&finding)).await.assert_shows("Accept the payment as it is").assert_shows("amount 399");
    let page = mends(&ada, &finding, "accept", &[("reason", "A euro is a euro")]).await;
    page.assert_shows("The payment counts as it is.");
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(only(&shop, FindingKind::Mismatch).resolved_at.is_some());
}

#[rocket::async_test]
async fn money_that_does_not_fit_is_sent_back() {
    let shop = TestShop::new().await;
    let (emma, guest) = unfitting(&shop).await;
    let ada = shop.admin("ada");
    let finding = only(&shop, FindingKind::Mismatch);
    mends(&ada, &finding, "give_back", &[("reason", "Wrong sum")]).await.assert_shows("The money goes back.");
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let back: i64 =
        shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::refunded_minor).first(conn));
    assert_eq!(back, 399);
    assert!(only(&shop, FindingKind::Mismatch).resolved_at.is_some());
}

#[rocket::async_test]
async fn a_refund_made_elsewhere_is_given_its_books() {
    let shop = TestShop::new().await;
    let (emma, salt, checkout) = sold(&shop).await;
    drop(shop.sandbox().afterwards(&checkout, Afterwards::Refund(Some(499))).await.unwrap());
    let order = shop.only_order();
    let ada = shop.admin("ada");
    let page = format!("/admin/orders/{}", order.public_id);
    ada.post(&format!("{page}/sync"), &[]).await.assert_redirects_to(&page);
    let finding = only(&shop, FindingKind::RefundUnassigned);
    ada.get(&page).await.assert_shows("A refund without books").assert_shows(&page_of(&finding));
    let again = ada.post(&page_of(&finding), &[("repair", "assign")]).await;
    again.assert_status(422).assert_shows("Please choose at least one book.");
    let bearer = shop.bearer_of(order.id);
    bearer.get(&emma.download("pdf")).await.assert_status(200);
    let done = mends(&ada, &finding, "assign", &[("item", "1")]).await;
    done.assert_shows("The refund counts for these books.");
    bearer.get(&emma.download("pdf")).await.assert_status(404);
    bearer.get(&salt.download("pdf")).await.assert_status(200);
    assert!(only(&shop, FindingKind::RefundUnassigned).resolved_at.is_some());
}

#[rocket::async_test]
async fn a_missing_receipt_is_sent() {
    let shop = TestShop::new().await;
    sold(&shop).await;
    shop.run(|conn| diesel::delete(mails::table).execute(conn));
    audited(&shop).await;
    let finding = only(&shop, FindingKind::ReceiptMissing);
    mends(&shop.admin("ada"), &finding, "receipt", &[]).await.assert_shows("The receipt is on its way.");
    assert_eq!(shop.receipts().len(), 1);
    assert!(only(&shop, FindingKind::ReceiptMissing).resolved_at.is_some());
    audited(&shop).await;
    assert!(all(&shop).iter().all(|one| one.resolved_at.is_some()));
}

#[rocket::async_test]
async fn money_for_no_order_is_sent_back_once() {
    let shop = TestShop::new().await;
    sold(&shop).await;
    shop.run(|conn| {
        diesel::delete(payment_facts::table).execute(conn)?;
        diesel::delete(payments::table).execute(conn)?;
        diesel::update(sandbox_checkouts::table)
            .set(sandbox_checkouts::reference.eq("elsewhere"))
            .execute(conn)?;
        diesel::delete(checkouts::table).execute(conn)
    });
    audited(&shop).await;
    let finding = only(&shop, FindingKind::PaymentUnknown);
    let ada = shop.admin("ada");
    mends(&ada, &finding, "ask", &[]).await.assert_shows("it is still so");
    mends(&ada, &finding, "send_back", &[("reason", "Not ours")]).await.assert_shows("The money goes back.");
    mends(&ada, &finding, "send_back", &[("reason", "Not ours")]).await.assert_shows("closed already");
    let back: i64 =
        shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::refunded_minor).first(conn));
    assert_eq!(back, 1749);
    audited(&shop).await;
    assert!(only(&shop, FindingKind::PaymentUnknown).resolved_at.is_some());
}

#[rocket::async_test]
async fn asking_again_puts_right_what_is_right_again() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = sold(&shop).await;
    shop.run(|conn| {
        diesel::update(sandbox_checkouts::table)
            .set((sandbox_checkouts::public_id.eq("hidden"), sandbox_checkouts::reference.eq("hidden")))
            .execute(conn)
    });
    audited(&shop).await;
    let finding = only(&shop, FindingKind::PaymentMissing);
    let ada = shop.admin("ada");
    let failed = mends(&ada, &finding, "ask", &[]).await;
    failed.assert_shows("just now");
    let reference = shop.only_order().public_id;
    shop.run(move |conn| {
        diesel::update(sandbox_checkouts::table)
            .set((sandbox_checkouts::public_id.eq(checkout), sandbox_checkouts::reference.eq(reference)))
            .execute(conn)
    });
    mends(&ada, &finding, "ask", &[]).await.assert_shows("That put it right.");
    assert!(only(&shop, FindingKind::PaymentMissing).resolved_at.is_some());
}

#[rocket::async_test]
async fn a_stuck_order_is_closed() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.checks_out("jane@example.org").await;
    shop.clock.advance(chrono::TimeDelta::hours(4));
    audited(&shop).await;
    let finding = only(&shop, FindingKind::Stuck);
    mends(&shop.admin("ada"), &finding, "close", &[]).await.assert_shows("The order is closed.");
    shop.assert_order(OrderStatus::Expired);
    assert!(only(&shop, FindingKind::Stuck).resolved_at.is_some());
}

#[rocket::async_test]
async fn a_refund_that_failed_shows_on_the_order_and_can_be_asked_for_again() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = sold(&shop).await;
    let order = shop.only_order();
    refund(shop.till(), order.id, Items::All, "").await.unwrap();
    let id = shop.run(|conn| {
        bookplate::db::schema::sandbox_refunds::table
            .select(bookplate::db::schema::sandbox_refunds::public_id)
            .first::<String>(conn)
    });
    drop(shop.sandbox().afterwards(&checkout, Afterwards::FailRefund(id)).await.unwrap());
    let ada = shop.admin("ada");
    let page = format!("/admin/orders/{}", order.public_id);
    ada.post(&format!("{page}/sync"), &[]).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Paid);
    let shown = ada.get(&page).await;
    shown.assert_shows("A refund didn’t work").assert_shows("could not go back");
    let finding = only(&shop, FindingKind::RefundFailed);
    mends(&ada, &finding, "ask", &[]).await.assert_shows("it is still so");
    let fields = [("item", "1"), ("item", "2"), ("amount", "1749"), ("reason", "")];
    ada.post(&format!("{page}/refund"), &fields).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Refunded);
    assert!(only(&shop, FindingKind::RefundFailed).resolved_at.is_some());
}
