//! An order's life after its payment, through the sandbox's dashboard: access and mails follow what happens to the money.

use bookplate::checkout::{payment_event, reconcile};
use bookplate::db::schema::{findings, sandbox_refunds};
use bookplate::orders::refund::{self, Items, RefundError, refund};
use bookplate::orders::{Finding, FindingKind, OrderStatus, finding_alert, review};
use bookplate::payments::sandbox::Outcome;
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::builders::TestBook;
use crate::support::{Answer, Browser, TestShop};

/// A guest who bought two books, and the address of the sandbox's dashboard.
async fn bought(shop: &TestShop) -> (TestBook, TestBook, Browser<'_>, String) {
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "pay").await.assert_shows("books are yours");
    (emma, salt, guest, pay_page.replace("/pay/", "/dashboard/"))
}

/// Presses a button of the dashboard, and lets the shop work off what it heard.
async fn step(shop: &TestShop, guest: &Browser<'_>, dashboard: &str, fields: &[(&str, &str)]) {
    guest.post(dashboard, fields).await.assert_redirects_to(dashboard);
    shop.task(payment_event::TASK).await;
}

async fn order_page(shop: &TestShop, guest: &Browser<'_>) -> Answer {
    guest.get(&format!("/orders/{}", shop.orders()[0].public_id)).await
}

fn open_findings(shop: &TestShop) -> Vec<FindingKind> {
    let open = shop.run(|conn| Finding::open(conn, None));
    open.into_iter().map(|finding| finding.kind).collect()
}

fn last_subject(shop: &TestShop) -> String {
    shop.mails().last().unwrap().subject.clone()
}

#[rocket::async_test]
async fn a_refund_at_the_gateways_own_site_closes_the_books_and_one_that_fails_opens_them_again() {
    let shop = TestShop::new().await;
    let (emma, salt, guest, dashboard) = bought(&shop).await;
    guest.get(&dashboard).await.assert_shows("No real money").assert_shows("€17.49");
    step(&shop, &guest, &dashboard, &[("step", "refund")]).await;
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(404);
    order_page(&shop, &guest)
        .await
        .assert_shows("was refunded")
        .assert_shows("−€17.49")
        .assert_shows("Sent back");
    let mail = shop.mails().pop().unwrap();
    assert!(mail.subject.contains("refund for 2 books"), "{}", mail.subject);
    assert!(mail.text.contains("€17.49") && mail.text.contains("No real money"), "{}", mail.text);
    assert!(mail.html.contains("No real money"), "{}", mail.html);

    let id: String = shop.run(|conn| sandbox_refunds::table.select(sandbox_refunds::public_id).first(conn));
    step(&shop, &guest, &dashboard, &[("step", "fail_refund"), ("refund", &id)]).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(open_findings(&shop), [FindingKind::RefundFailed]);
    let mail = shop.mails().pop().unwrap();
    assert!(mail.subject.contains("hasn’t worked yet"), "{}", mail.subject);
    assert!(mail.text.contains("open to you again"), "{}", mail.text);
    order_page(&shop, &guest).await.assert_shows("A refund did not work").assert_shows("books are yours");
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_part_given_back_outside_closes_no_book_until_an_admin_says_which_it_was() {
    let shop = TestShop::new().await;
    let (emma, salt, guest, dashboard) = bought(&shop).await;
    let wrong = guest.post(&dashboard, &[("step", "refund_part"), ("amount", "two")]).await;
    wrong.assert_status(422).assert_shows("like 2.50").assert_shows("value=\"two\"");
    let much = guest.post(&dashboard, &[("step", "refund_part"), ("amount", "99")]).await;
    much.assert_status(422).assert_shows("more would go back than came");
    step(&shop, &guest, &dashboard, &[("step", "refund_part"), ("amount", "4.99")]).await;
    shop.assert_order(OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    guest.get(&salt.download("pdf")).await.assert_status(200);
    assert_eq!(open_findings(&shop), [FindingKind::RefundUnassigned]);
    assert!(shop.mails().pop().unwrap().text.contains("stay open"));

    let ada = shop.admin("ada");
    let order = shop.only_order().id;
    let items = shop.line_items(order);
    let id: String = shop.run(|conn| {
        use bookplate::db::schema::refunds;
        refunds::table.select(refunds::public_id).first(conn)
    });
    let assigned = refund::assign(shop.till(), &id, vec![items[0].id], ada.account.id).await.unwrap();
    assert_eq!(assigned, OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(200);
    assert!(open_findings(&shop).is_empty());
    assert_eq!(shop.line_items(order)[0].refunded_minor, 499);
    let again = refund::assign(shop.till(), &id, vec![items[1].id], ada.account.id).await;
    assert!(matches!(again, Err(RefundError::Assigned)), "{again:?}");
    order_page(&shop, &guest).await.assert_shows("€4.99 went back").assert_shows("for “Emma”");
    // What is asked again later says the same.
    shop.clock.advance(TimeDelta::hours(2));
    shop.task(reconcile::TASK).await;
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn an_amount_can_go_back_for_no_book_and_then_the_rest() {
    let shop = TestShop::new().await;
    let (emma, _, guest, _) = bought(&shop).await;
    let order = shop.only_order().id;
    let much = refund(shop.till(), order, Items::Amount(1750), "").await;
    assert!(matches!(&much, Err(RefundError::TooMuch(left)) if left == "€17.49"), "{much:?}");
    assert_eq!(
        refund(shop.till(), order, Items::Amount(300), "sorry").await.unwrap(),
        OrderStatus::PartiallyRefunded
    );
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(open_findings(&shop).is_empty());
    assert_eq!(refund(shop.till(), order, Items::All, "").await.unwrap(), OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let amounts: Vec<i64> = shop.run(|conn| {
        sandbox_refunds::table.order(sandbox_refunds::id).select(sandbox_refunds::amount_minor).load(conn)
    });
    assert_eq!(amounts, [300, 1449]);
}

#[rocket::async_test]
async fn an_inquiry_leaves_the_books_open_and_tells_the_admins() {
    let shop = TestShop::new().await;
    let (emma, _, guest, dashboard) = bought(&shop).await;
    let mails = shop.mails().len();
    step(&shop, &guest, &dashboard, &[("step", "inquiry")]).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert_eq!(open_findings(&shop), [FindingKind::Inquiry]);
    step(&shop, &guest, &dashboard, &[("step", "inquiry_closed")]).await;
    assert!(open_findings(&shop).is_empty());
    assert_eq!(shop.mails().len(), mails, "the buyer need not know");
}

#[rocket::async_test]
async fn a_dispute_closes_the_books_and_a_won_one_opens_them_again() {
    let shop = TestShop::new().await;
    let (emma, _, guest, dashboard) = bought(&shop).await;
    step(&shop, &guest, &dashboard, &[("step", "open")]).await;
    shop.assert_order(OrderStatus::Disputed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert_eq!(open_findings(&shop), [FindingKind::Disputed]);
    assert!(last_subject(&shop).contains("asks back the payment"), "{}", last_subject(&shop));
    order_page(&shop, &guest)
        .await
        .assert_shows("This payment is disputed")
        .assert_shows("Disputed by your bank");
    let refused = refund(shop.till(), shop.only_order().id, Items::All, "").await;
    assert!(matches!(refused, Err(RefundError::Transition(_))), "{refused:?}");

    step(&shop, &guest, &dashboard, &[("step", "won")]).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    assert!(open_findings(&shop).is_empty());
    assert!(last_subject(&shop).contains("open again"), "{}", last_subject(&shop));
    order_page(&shop, &guest).await.assert_shows("books are yours").assert_shows("the payment stands");
    assert_eq!(shop.receipts().len(), 1);
    guest.post(&dashboard, &[("step", "lost")]).await.assert_status(422).assert_shows("can’t be done");
}

#[rocket::async_test]
async fn a_lost_dispute_closes_the_books_for_good() {
    let shop = TestShop::new().await;
    let (emma, _, guest, dashboard) = bought(&shop).await;
    step(&shop, &guest, &dashboard, &[("step", "open")]).await;
    step(&shop, &guest, &dashboard, &[("step", "lost")]).await;
    shop.assert_order(OrderStatus::ChargedBack);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert_eq!(open_findings(&shop), [FindingKind::DisputeLost]);
    assert!(last_subject(&shop).contains("took back the payment"), "{}", last_subject(&shop));
    order_page(&shop, &guest).await.assert_shows("was taken back").assert_shows("−€17.49");
}

#[rocket::async_test]
async fn what_nobody_rang_about_is_asked_for() {
    let shop = TestShop::new().await;
    let (emma, _, guest, dashboard) = bought(&shop).await;
    let checkout = dashboard.trim_start_matches("/sandbox/dashboard/").to_owned();
    step(&shop, &guest, &dashboard, &[("step", "open")]).await;
    let decided = bookplate::payments::sandbox::Afterwards::Dispute(bookplate::payments::DisputeState::Won);
    drop(shop.sandbox().afterwards(&checkout, decided).await.unwrap());
    shop.clock.advance(TimeDelta::hours(2));
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_delayed_payment_that_does_not_come_is_told() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "fail_later").await.assert_shows("on its way");
    shop.assert_order(OrderStatus::Processing);
    shop.clock.advance(TimeDelta::minutes(1));
    shop.task("sandbox settlements").await;
    shop.assert_order(OrderStatus::Failed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(last_subject(&shop).contains("didn’t arrive"), "{}", last_subject(&shop));
    order_page(&shop, &guest).await.assert_shows("didn’t go through").assert_shows("did not go through");
    shop.task(reconcile::TASK).await;
    let told: Vec<String> = shop.mails().into_iter().map(|mail| mail.subject).collect();
    assert!(told.len() == 2 && told[0].contains("is on its way"), "{told:?}");
}

#[rocket::async_test]
async fn two_payments_for_one_order_keep_the_first_and_send_the_second_back() {
    let shop = TestShop::new().await;
    let (emma, _, guest, first) = bought(&shop).await;
    let order = shop.only_order();
    // A second checkout for the same order, as two tabs and a slow network can make it.
    let second = {
        use bookplate::db::schema::checkouts;
        let checkout = first.trim_start_matches("/sandbox/dashboard/").to_owned();
        let request = shop.sandbox().checkout(&checkout).await.unwrap();
        let hosted = shop
            .till()
            .gateway
            .create_checkout(bookplate::payments::CheckoutRequest {
                reference: order.public_id.clone(),
                lines: request.lines(),
                total: order.total().unwrap(),
                email: order.email.clone(),
                locale: String::new(),
                tax: bookplate::payments::TaxMode::None,
                success_url: request.success_url.clone(),
                cancel_url: request.cancel_url.clone(),
                expires_at: request.expires_at,
                idempotency_key: "a second tab".to_owned(),
            })
            .await
            .unwrap();
        let (id, order_id, now) = (hosted.id.clone(), order.id, shop.clock.now());
        shop.run(move |conn| {
            diesel::insert_into(checkouts::table)
                .values((
                    checkouts::order_id.eq(order_id),
                    checkouts::attempt.eq(2),
                    checkouts::gateway.eq("sandbox"),
                    checkouts::gateway_id.eq(id),
                    checkouts::status.eq("open"),
                    checkouts::created_at.eq(now),
                    checkouts::updated_at.eq(now),
                ))
                .execute(conn)
        });
        hosted.id
    };
    shop.sandbox().end(&second, Outcome::Pay).await.unwrap();
    shop.task(reconcile::TASK).await;
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    shop.task(refund::TASK).await;
    shop.task(refund::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    let amounts: Vec<i64> =
        shop.run(|conn| sandbox_refunds::table.select(sandbox_refunds::amount_minor).load(conn));
    assert_eq!(amounts, [1749]);
    assert!(open_findings(&shop).is_empty(), "it went away by itself");
    let raised: i64 = shop.run(|conn| {
        findings::table.filter(findings::kind.eq(FindingKind::PaidTwice)).count().get_result(conn)
    });
    assert_eq!(raised, 1);
    let twice: Vec<_> = shop.mails().into_iter().filter(|mail| mail.subject.contains("twice")).collect();
    assert_eq!(twice.len(), 1);
    assert!(twice[0].text.contains("€17.49"), "{}", twice[0].text);
    assert_eq!(shop.mails().len(), 2, "a receipt, and the letter about the second payment");
    order_page(&shop, &guest)
        .await
        .assert_shows("Paid a second time")
        .assert_shows("Sent back: the second payment");
}

#[rocket::async_test]
async fn money_that_does_not_fit_is_taken_as_it_is_or_sent_back_by_an_admin() {
    use bookplate::db::schema::sandbox_checkouts;
    for takes in [true, false] {
        let shop = TestShop::new().await;
        let emma = shop.book("Emma").publish();
        let guest = shop.browser();
        guest.wants(&[&emma]).await;
        let pay_page = guest.checks_out("jane@example.org").await;
        shop.run(|conn| {
            diesel::update(sandbox_checkouts::table)
                .set(sandbox_checkouts::amount_minor.eq(400))
                .execute(conn)
        });
        guest
            .ends(&pay_page, "pay")
            .await
            .assert_shows("We are checking your payment")
            .assert_shows("need not pay again");
        shop.assert_order(OrderStatus::NeedsReview);
        assert_eq!(open_findings(&shop), [FindingKind::Mismatch]);
        assert!(last_subject(&shop).contains("checking your payment"));
        let (order, ada) = (shop.only_order().id, shop.admin("ada"));
        let silent = review::accept(shop.till(), order, ada.account.id, " ").await;
        assert!(silent.is_err());
        if takes {
            let status = review::accept(shop.till(), order, ada.account.id, "our mistake").await.unwrap();
            assert_eq!(status, OrderStatus::Paid);
            guest.get(&emma.download("pdf")).await.assert_status(200);
            assert_eq!(shop.receipts().len(), 1);
            // Asked again, the gateway says the same, and it stays accepted.
            let checkout = pay_page.trim_start_matches("/sandbox/pay/");
            bookplate::checkout::fulfil::sync(shop.till(), checkout).await.unwrap();
            shop.assert_order(OrderStatus::Paid);
            // What goes back is what came.
            refund(shop.till(), order, Items::All, "").await.unwrap();
            assert!(shop.mails().pop().unwrap().text.contains("€4.00"));
        } else {
            let status = review::refund_all(shop.till(), order, ada.account.id, "no").await.unwrap();
            assert_eq!(status, OrderStatus::Refunded);
            guest.get(&emma.download("pdf")).await.assert_status(404);
            assert!(shop.receipts().is_empty());
        }
        assert!(open_findings(&shop).is_empty());
    }
}

#[rocket::async_test]
async fn only_who_may_see_the_order_finds_the_dashboard() {
    let shop = TestShop::new().await;
    let (_, _, guest, dashboard) = bought(&shop).await;
    guest.get(&dashboard).await.assert_status(200);
    shop.admin("ada").get(&dashboard).await.assert_status(200);
    for stranger in [shop.browser(), shop.customer("eve").browser] {
        stranger.get(&dashboard).await.assert_status(404);
        stranger.post(&dashboard, &[("step", "refund")]).await.assert_status(404);
    }
    guest.get("/sandbox/dashboard/sbx_co_nothing").await.assert_status(404);
    guest.post(&dashboard, &[("step", "steal")]).await.assert_status(422);
    order_page(&shop, &guest).await.assert_shows(&dashboard);
    guest.get(&dashboard.replace("/dashboard/", "/pay/")).await.assert_shows(&dashboard);
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn the_admins_get_one_mail_about_new_findings() {
    let shop = TestShop::new().await;
    let (_, _, guest, dashboard) = bought(&shop).await;
    step(&shop, &guest, &dashboard, &[("step", "inquiry")]).await;
    shop.task(finding_alert::TASK).await;
    assert_eq!(shop.mails().len(), 1, "nobody is there to be told");
    shop.admin("ada");
    shop.admin("bob");
    shop.customer("jane");
    for _ in 0..2 {
        shop.task(finding_alert::TASK).await;
    }
    let mails = shop.mails();
    assert_eq!(mails.len(), 3, "{mails:?}");
    let mail = mails.last().unwrap();
    assert!(
        mail.subject.contains("bank asks") && mail.subject.contains(&shop.only_order().number),
        "{}",
        mail.subject
    );
    assert!(mail.text.contains("http://localhost/admin/findings"), "{}", mail.text);
    assert!(mail.text.contains("No real money"), "{}", mail.text);
    step(&shop, &guest, &dashboard, &[("step", "open")]).await;
    shop.task(finding_alert::TASK).await;
    assert_eq!(shop.mails().len(), 6, "a letter to the buyer, and two alerts");
}

#[rocket::async_test]
async fn every_news_at_once_and_again_ends_the_same() {
    let shop = TestShop::new().await;
    let (emma, _, guest, dashboard) = bought(&shop).await;
    let checkout = dashboard.trim_start_matches("/sandbox/dashboard/").to_owned();
    for button in ["inquiry", "open", "won"] {
        guest.post(&dashboard, &[("step", button)]).await.assert_redirects_to(&dashboard);
    }
    let order = shop.only_order().id;
    let all = (0..16).map(|_| bookplate::checkout::fulfil::sync(shop.till(), &checkout));
    let back = refund(shop.till(), order, Items::Amount(100), "");
    let (synced, back) = rocket::tokio::join!(rocket::futures::future::join_all(all), back);
    assert!(synced.iter().all(Result::is_ok), "{synced:?}");
    back.unwrap();
    shop.task(payment_event::TASK).await;
    shop.assert_order(OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    let letters = shop.mails().len();
    shop.task(reconcile::TASK).await;
    assert_eq!(shop.mails().len(), letters);
    assert_eq!(shop.receipts().len(), 1);
}
