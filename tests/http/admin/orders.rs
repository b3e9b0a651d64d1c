//! Orders in the back office: found among many, read whole, refunded, closed, asked for.

use bookplate::db::schema::{admin_acts, orders, sandbox_refunds};
use bookplate::mail;
use bookplate::orders::OrderStatus;
use bookplate::payments::sandbox::Outcome;
use diesel::prelude::*;

use crate::support::TestShop;

fn page_of(shop: &TestShop) -> String {
    format!("/admin/orders/{}", shop.only_order().public_id)
}

/// Kind, detail and outcome of what was done, the oldest first.
fn acts(shop: &TestShop) -> Vec<(String, String, String)> {
    shop.run(|conn| {
        admin_acts::table
            .order(admin_acts::id)
            .select((admin_acts::kind, admin_acts::detail, admin_acts::outcome))
            .load(conn)
    })
}

#[rocket::async_test]
async fn an_empty_list_says_so() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.get("/admin/orders").await.assert_status(200).assert_shows("No order fits.");
    ada.get("/admin/log").await.assert_status(200).assert_shows("Nothing yet.");
}

#[rocket::async_test]
async fn orders_are_found_by_number_address_title_and_state() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Öl & 100% Salz_").publish());
    shop.browser().buys(&[&emma], "jane@example.org").await;
    shop.browser().buys(&[&salt], "kate@example.org").await;
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.checks_out("lydia@example.org").await;
    let all = shop.orders();
    let ada = shop.admin("ada");
    for (query, found) in [
        ("", vec![0, 1, 2]),
        ("q=EMMA", vec![0, 2]),
        ("q=KATE%40example", vec![1]),
        ("q=%25", vec![1]),
        ("q=Salz_", vec![1]),
        ("q=%C3%96l", vec![1]),
        ("q=emma&status=paid", vec![0]),
        ("status=pending", vec![2]),
        ("status=nonsense", vec![0, 1, 2]),
        ("q=nobody", vec![]),
    ] {
        let page = ada.get(&format!("/admin/orders?{query}")).await;
        for (index, order) in all.iter().enumerate() {
            let is_shown = page.text().contains(&order.public_id);
            assert_eq!(is_shown, found.contains(&index), "{query}: order {index}");
        }
    }
    let number = all[1].number.to_lowercase();
    ada.get(&format!("/admin/orders?q={number}")).await.assert_shows("kate@example.org");
}

#[rocket::async_test]
async fn ten_thousand_orders_are_paged_by_the_database() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| {
        diesel::sql_query(
            "INSERT INTO orders (public_id, number, email, email_key, currency, subtotal_minor, total_minor, \
                                 status, gateway, livemode, cart_fingerprint, created_at, updated_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 10001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) \
             SELECT 'p' || n, 'N-' || n, 'r' || n || '@example.org', 'r' || n || '@example.org', 'EUR', n, n, \
                    'expired', 'sandbox', FALSE, '', $1, $1 FROM numbers",
        )
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .execute(conn)
    });
    let ada = shop.admin("ada");
    let began = std::time::Instant::now();
    let first = ada.get("/admin/orders").await;
    first.assert_shows("Page 1 of 200").assert_shows("N-20000").assert_shows_not("N-19950");
    ada.get("/admin/orders?page=200").await.assert_shows("N-10001");
    let found = ada.get("/admin/orders?q=r15000%40&status=expired").await;
    found.assert_shows("1 to 1 of").assert_shows("N-15000");
    let second = ada.get("/admin/orders?q=example&page=2").await;
    second.assert_shows("?q=example&status=&page=3");
    ada.get("/admin?money=sandbox").await.assert_status(200).assert_shows("N-20000");
    assert!(began.elapsed().as_secs() < 10, "{:?} for five pages", began.elapsed());
}

#[rocket::async_test]
async fn an_orders_page_tells_its_whole_life() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    shop.task(mail::TASK).await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let ada = shop.admin("ada");
    let page = ada.get(&page_of(&shop)).await;
    page.assert_status(200).assert_shows("Sandbox: no real money").assert_shows("jane’s account");
    for happening in [
        "The order was placed",
        "The buyer was sent to pay",
        "€4.99 came",
        "The gateway rang: checkout.completed",
        "A mail was written: ",
        "It went out: ",
        "Downloaded Emma.pdf",
    ] {
        page.assert_shows(happening);
    }
    page.assert_shows("sbx_pay_").assert_shows("sbx_co_");
    // The mail's link opens the order: it is nowhere on the page.
    page.assert_shows_not("/orders/open/");
}

#[rocket::async_test]
async fn a_book_refunded_from_the_page_closes_at_the_next_request() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    guest.buys(&[&emma, &salt], "jane@example.org").await;
    let ada = shop.admin("ada");
    let page = page_of(&shop);
    let plan = ada.get(&format!("{page}/refund?item=2")).await;
    plan.assert_status(200).assert_shows("Give €12.50 back?").assert_shows("Salt Roads");
    plan.assert_shows_not("Emma");
    guest.get(&salt.download("pdf")).await.assert_status(200);
    let fields = [("item", "2"), ("amount", "1250"), ("reason", "Torn <page>")];
    ada.post(&format!("{page}/refund"), &fields).await.assert_redirects_to(&page);
    guest.get(&salt.download("pdf")).await.assert_status(404);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    let shown = ada.get(&page).await;
    shown.assert_shows("€12.50 goes back").assert_shows("Torn <page>").assert_shows("ada@example.com");
    shown.assert_shows("Refund the rest");
    ada.get("/admin/log").await.assert_shows("Gave money back").assert_shows("€12.50 for “Salt Roads”");
    // The same click again: nothing more goes back.
    ada.post(&format!("{page}/refund"), &fields).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("Some of these books are refunded already.");
    let all = ada.get(&format!("{page}/refund?all=true")).await;
    all.assert_shows("Give €4.99 back?");
    let rest = [("item", "1"), ("amount", "499"), ("reason", "")];
    ada.post(&format!("{page}/refund"), &rest).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    let count: i64 = shop.run(|conn| sandbox_refunds::table.count().get_result(conn));
    assert_eq!(count, 2);
    assert_eq!(acts(&shop).len(), 2);
}

#[rocket::async_test]
async fn a_refund_whose_sum_is_no_longer_what_was_shown_is_shown_again() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let ada = shop.admin("ada");
    let page = page_of(&shop);
    let fields = [("item", "1"), ("amount", "498"), ("reason", "as typed")];
    let again = ada.post(&format!("{page}/refund"), &fields).await;
    again.assert_status(422).assert_shows("The sum has changed").assert_shows("as typed");
    for fields in [vec![("amount", "0")], vec![("item", "7"), ("amount", "499")]] {
        ada.post(&format!("{page}/refund"), &fields).await.assert_redirects_to(&page);
    }
    ada.get(&format!("{page}/refund")).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("Please choose at least one book.");
    shop.assert_order(OrderStatus::Paid);
    assert!(acts(&shop).is_empty());
}

#[rocket::async_test]
async fn the_gateway_is_asked_by_hand() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let ada = shop.admin("ada");
    let page = page_of(&shop);
    ada.post(&format!("{page}/sync"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("The gateway says nothing new.");
    shop.sandbox().end(pay_page.trim_start_matches("/sandbox/pay/"), Outcome::Pay).await.unwrap();
    ada.post(&format!("{page}/sync"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("The gateway had news");
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_receipt_is_sent_again_once_for_a_double_click() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.browser().buys(&[&emma], "jane@example.org").await;
    let ada = shop.admin("ada");
    let page = page_of(&shop);
    for _ in 0..2 {
        ada.post(&format!("{page}/receipt"), &[]).await.assert_redirects_to(&page);
    }
    ada.get(&page).await.assert_shows("goes to jane@example.org once more");
    let receipts = shop.receipts();
    assert_eq!(receipts.len(), 2);
    let link = receipts[1].link("http://localhost/orders/open/");
    let other = shop.browser();
    let opened = other.get(link.trim_start_matches("http://localhost")).await;
    other.follow(opened).await.assert_shows("Emma");
}

#[rocket::async_test]
async fn an_unpaid_order_can_be_closed_and_a_paid_one_cannot() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let ada = shop.admin("ada");
    let page = page_of(&shop);
    ada.post(&format!("{page}/receipt"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("never paid has no receipt");
    ada.post(&format!("{page}/cancel"), &[]).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Expired);
    ada.get(&page).await.assert_shows("The order is closed. Nothing was charged.");
    guest.get(&pay_page).await.assert_shows("expired");
    shop.run(|conn| diesel::update(orders::table).set(orders::status.eq(OrderStatus::Paid)).execute(conn));
    ada.post(&format!("{page}/cancel"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("can’t be closed any more");
    shop.assert_order(OrderStatus::Paid);
}
