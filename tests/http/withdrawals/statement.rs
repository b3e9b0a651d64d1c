//! A statement of withdrawal without signing in: two steps, one acknowledgement, one question to the admins.

use bookplate::db::schema::withdrawals;
use bookplate::orders::{Finding, FindingKind, OrderStatus};
use diesel::prelude::*;

use crate::support::{Browser, TestShop};

async fn shop() -> TestShop {
    TestShop::with(|settings| settings.checkout.withdrawal = true).await
}

/// Goes through both steps.
async fn states(browser: &Browser<'_>, number: &str, email: &str) {
    let form = [("name", "Jane <b>Doe</b>"), ("order", number), ("email", email)];
    let confirm = browser.post("/withdraw", &form).await;
    confirm.assert_status(200).assert_shows("Confirm your withdrawal").assert_shows("Jane <b>Doe</b>");
    assert!(!confirm.text().contains("<b>Doe"), "what was typed is shown as text");
    browser.post("/withdraw/confirm", &form).await.assert_redirects_to("/withdraw/received");
    browser.get("/withdraw/received").await.assert_status(200).assert_shows("Your statement is here");
}

fn count(shop: &TestShop) -> i64 {
    shop.run(|conn| withdrawals::table.count().get_result(conn))
}

fn withdrawn(shop: &TestShop) -> Vec<Finding> {
    let open = shop.run(|conn| Finding::open(conn, None));
    open.into_iter().filter(|finding| finding.kind == FindingKind::Withdrawal).collect()
}

#[rocket::async_test]
async fn a_statement_is_acknowledged_once_and_the_money_can_go_back() {
    let shop = shop().await;
    let emma = shop.book("Emma").file("Emma.pdf", b"%PDF-1.7 Emma").publish();
    let guest = shop.browser();
    guest.buys(&[&emma], "jane@example.org").await;
    let order = shop.only_order();
    let stranger = shop.browser();
    stranger.get("/").await.assert_shows("Withdraw from a contract");
    stranger.get("/withdraw").await.assert_status(200);
    // The first step alone states nothing.
    stranger
        .post("/withdraw", &[("name", "Jane"), ("order", &order.number), ("email", "jane@example.org")])
        .await
        .assert_status(200);
    assert_eq!(count(&shop), 0);
    states(&stranger, &order.number.to_lowercase(), "Jane@Example.org").await;
    states(&stranger, &order.number, "jane@example.org").await;
    assert_eq!(count(&shop), 1);
    let mails: Vec<_> = shop.mails().into_iter().filter(|mail| mail.subject.contains("withdrawal")).collect();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("1 March 2026 at 12:00 UTC"), "{}", mails[0].text);
    assert!(mails[0].html.contains(&order.number) && !mails[0].html.contains("<b>Doe"));
    let findings = withdrawn(&shop);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].order_id, Some(order.id));
    // The admin's answer.
    let admin = shop.admin("ada");
    let page = format!("/admin/findings/{}", findings[0].public_id);
    admin.get(&page).await.assert_status(200).assert_shows("Send the money back");
    admin.post(&page, &[("repair", "give_back"), ("reason", "withdrew in time")]).await.assert_status(303);
    shop.assert_order(OrderStatus::Refunded);
    assert!(withdrawn(&shop).is_empty());
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_stranger_learns_nothing_about_orders() {
    let shop = shop().await;
    let emma = shop.book("Emma").publish();
    shop.browser().buys(&[&emma], "jane@example.org").await;
    let order = shop.only_order();
    let before = shop.mails().len();
    let stranger = shop.browser();
    states(&stranger, &order.number, "mallory@example.org").await;
    states(&stranger, "20200101-AAAAA", "jane@example.org").await;
    assert_eq!(shop.mails().len(), before, "nobody gets mail about an order that is not theirs");
    assert!(withdrawn(&shop).iter().all(|finding| finding.order_id.is_none()));
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn what_is_missing_is_asked_for_and_floods_are_stopped() {
    let shop = shop().await;
    let browser = shop.browser();
    let form = [("name", ""), ("order", "20260301-ABCDE"), ("email", "nobody")];
    for path in ["/withdraw", "/withdraw/confirm"] {
        browser
            .post(path, &form)
            .await
            .assert_status(422)
            .assert_shows("Please tell us your name.")
            .assert_shows("20260301-ABCDE");
    }
    assert_eq!(count(&shop), 0);
    let mut last = 0;
    for number in 0..50 {
        let order = format!("20260301-{number:05}");
        let form = [("name", "Mallory"), ("order", order.as_str()), ("email", "m@example.org")];
        last = browser.post("/withdraw/confirm", &form).await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
}

#[rocket::async_test]
async fn a_shop_that_offers_no_withdrawal_has_no_page_for_it() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    browser.get("/withdraw").await.assert_status(404);
    browser.get("/").await.assert_shows_not("Withdraw from");
}
