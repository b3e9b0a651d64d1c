//! Tables for other programs.

use bookplate::db::schema::{admin_acts, orders};
use bookplate::orders::{Finding, FindingKind};
use diesel::prelude::*;

use crate::support::TestShop;

/// Every table of the page, with the head of its CSV.
const TABLES: &[&str] = &[
    "orders",
    "items",
    "refunds",
    "downloads",
    "titles",
    "categories",
    "series",
    "contributors",
    "codes",
    "bundles",
    "findings",
    "log",
];

#[rocket::async_test]
async fn every_table_is_offered_and_comes_in_both_forms_empty_or_not() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let page = ada.get("/admin/export").await;
    for table in TABLES {
        page.assert_shows(&format!("/admin/export/{table}.csv"));
        let csv = ada.get(&format!("/admin/export/{table}.csv")).await;
        csv.assert_status(200);
        assert_eq!(csv.text().lines().count(), 1, "only the head: {}", csv.text());
        let file = format!("attachment; filename=\"{table}.csv\"");
        assert_eq!(csv.header("Content-Disposition"), Some(file.as_str()));
        let json = ada.get(&format!("/admin/export/{table}.json")).await;
        assert_eq!(json.json(), serde_json::json!([]), "{table}");
    }
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let now = shop.clock.now();
    shop.run(move |conn| Finding::raise(conn, FindingKind::Stuck, "x", None, "It waits.", now));
    for table in ["orders", "items", "downloads", "titles", "findings"] {
        let json = ada.get(&format!("/admin/export/{table}.json")).await.json();
        assert_eq!(json.as_array().map(Vec::len), Some(1), "{table}: {json}");
    }
    for wrong in ["nothing.csv", "orders.xml", "orders", "accounts.csv"] {
        ada.get(&format!("/admin/export/{wrong}")).await.assert_status(404);
    }
}

#[rocket::async_test]
async fn a_table_of_orders_holds_what_the_list_holds_and_no_formula() {
    let shop = TestShop::new().await;
    let emma = shop.book("=HYPERLINK(\"http://x\")").price(1250).publish();
    let salt = shop.book("Salt; \"roads\"").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    shop.browser().buys(&[&salt], "guest@example.org").await;
    shop.run(|conn| diesel::update(orders::table).set(orders::livemode.eq(true)).execute(conn));
    let ada = shop.admin("ada");
    let json = ada.get("/admin/export/orders.json?q=jane").await.json();
    assert_eq!(json.as_array().map(Vec::len), Some(1), "{json}");
    let order = &json[0];
    assert_eq!(order["total"], "12.50");
    assert_eq!(order["currency"], "EUR");
    assert_eq!(order["real_money"], true);
    assert_eq!(order["status"], "paid");
    assert_eq!(order["email"], "jane@example.com");
    assert_eq!(order["placed"], "2026-03-01T12:00:00Z");
    assert_eq!(order["refunded"], "0.00");
    let items = ada.get("/admin/export/items.csv").await.text();
    assert!(items.contains(",\"'=HYPERLINK(\"\"http://x\"\")\","), "{items}");
    assert!(items.contains(",\"Salt; \"\"roads\"\"\","), "{items}");
    assert_eq!(ada.get("/admin/export/orders.csv?status=pending").await.text().lines().count(), 1);
    assert_eq!(ada.get("/admin/export/orders.csv?from=2026-03-02").await.text().lines().count(), 1);
    assert_eq!(
        ada.get("/admin/export/orders.csv?from=2026-03-01&to=2026-03-01").await.text().lines().count(),
        3
    );
    ada.get("/admin/orders?q=jane").await.assert_shows("/admin/export/orders.csv?q=jane&status=");
}

#[rocket::async_test]
async fn a_long_table_is_whole_and_in_order() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| {
        diesel::sql_query(
            "INSERT INTO admin_acts (who, kind, subject, at) \
             WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000) \
             SELECT 'ada', 'title', 'Act ' || n, $1 FROM numbers",
        )
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .execute(conn)
    });
    let count: i64 = shop.run(|conn| admin_acts::table.count().get_result(conn));
    assert_eq!(count, 3000);
    let ada = shop.admin("ada");
    let csv = ada.get("/admin/export/log.csv").await.text();
    let acts: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').nth(3)).collect();
    let expected: Vec<String> = (1..=3000).map(|number| format!("Act {number}")).collect();
    assert_eq!(acts, expected);
    let json = ada.get("/admin/export/log.json").await.json();
    assert_eq!(json.as_array().map(Vec::len), Some(3000));
    assert_eq!(json[2999]["subject"], "Act 3000");
}
