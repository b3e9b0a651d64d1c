//! What the shop took in, by day, by title and by country.

use bookplate::db::schema::{downloads, order_tax, orders, payments};
use bookplate::orders::refund::{Items, refund};
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::TestShop;

/// The cells of the table under a chart, for one day.
fn cells(page: &str, chart: &str, day: &str) -> Vec<String> {
    let from = page.split(&format!("id=\"{chart}-t\"")).nth(1).expect("the chart is there");
    let table = from.split("</figure>").next().unwrap_or_default();
    let row = table.split(&format!("<th scope=\"row\">{day}</th>")).nth(1).expect("the day is there");
    let row = row.split("</tr>").next().unwrap_or_default();
    row.split("figures\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

#[rocket::async_test]
async fn the_figures_are_of_real_money_by_day_title_and_country() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").price(499).publish();
    let salt = shop.book("Salt & Roads").price(1250).publish();
    let ada_account = shop.account("ada", bookplate::accounts::Role::Admin);
    let jane = shop.customer("jane");
    jane.buys(&[&emma, &salt], "").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    shop.clock.advance(TimeDelta::days(2));
    shop.browser().buys(&[&salt], "guest@example.org").await;
    let ada = shop.signed_in(&ada_account);
    // The sandbox's orders are in no sum, and can be asked for by themselves.
    let page = ada.get("/admin").await;
    page.assert_shows("Nothing was sold in these days.").assert_shows("Show the sandbox’s");
    assert_eq!(cells(&page.text(), "revenue", "1 March"), ["€0.00", "€0.00", "€0.00"]);
    let play = ada.get("/admin?money=sandbox").await;
    play.assert_shows("Nobody paid this").assert_shows("Salt & Roads");
    assert_eq!(cells(&play.text(), "revenue", "1 March"), ["€17.49", "€0.00", "€17.49"]);

    let first = shop.orders()[0].id;
    let now = shop.clock.now();
    shop.run(move |conn| {
        diesel::update(orders::table).set(orders::livemode.eq(true)).execute(conn)?;
        diesel::update(order_tax::table.find(first))
            .set((order_tax::country.eq("FR"), order_tax::changed_at.eq(now)))
            .execute(conn)
    });
    let item = shop.line_items(first)[0].id;
    refund(shop.till(), first, Items::These(vec![item]), "").await.unwrap();
    let page = ada.get("/admin").await;
    let text = page.text();
    assert_eq!(cells(&text, "revenue", "1 March"), ["€17.49", "€0.00", "€17.49"]);
    assert_eq!(cells(&text, "revenue", "2 March"), ["€0.00", "€0.00", "€0.00"]);
    assert_eq!(cells(&text, "revenue", "3 March"), ["€12.50", "€4.99", "€7.51"]);
    assert_eq!(cells(&text, "orders", "1 March"), ["1"]);
    assert_eq!(cells(&text, "downloads", "1 March"), ["1"]);
    page.assert_shows(
        "From 2 February to 3 March: €29.99 came and €4.99 went back. Most was on 1 March: €17.49.",
    );
    page.assert_shows("France").assert_shows("Not known").assert_shows("€25.00");
    // A span without these days has nothing of them, and a year is put together by month.
    ada.get("/admin?from=2026-03-02&to=2026-03-02").await.assert_shows("Nothing in these days.");
    let year = ada.get("/admin?days=365").await;
    assert_eq!(cells(&year.text(), "revenue", "March 2026"), ["€29.99", "€4.99", "€25.00"]);
    ada.get("/admin?from=x&to=9999-99-99&currency=%00&days=-3").await.assert_status(200);
}

#[rocket::async_test]
async fn currencies_are_never_added_up() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.browser().buys(&[&emma], "one@example.org").await;
    shop.browser().buys(&[&emma], "two@example.org").await;
    shop.browser().buys(&[&emma], "three@example.org").await;
    let last = shop.orders()[2].id;
    shop.run(move |conn| {
        diesel::update(orders::table).set(orders::livemode.eq(true)).execute(conn)?;
        diesel::update(orders::table.find(last)).set(orders::currency.eq("JPY")).execute(conn)?;
        diesel::update(payments::table.filter(payments::order_id.eq(last)))
            .set(payments::currency.eq("JPY"))
            .execute(conn)
    });
    let ada = shop.admin("ada");
    let page = ada.get("/admin").await;
    page.assert_shows("Revenue by day, in EUR").assert_shows("currency=JPY");
    assert_eq!(cells(&page.text(), "revenue", "1 March"), ["€9.98", "€0.00", "€9.98"]);
    assert_eq!(cells(&page.text(), "orders", "1 March"), ["2"]);
    let yen = ada.get("/admin?currency=JPY").await;
    assert_eq!(cells(&yen.text(), "revenue", "1 March"), ["¥499", "¥0", "¥499"]);
    assert_eq!(cells(&yen.text(), "orders", "1 March"), ["1"]);
}

#[rocket::async_test]
async fn a_download_that_is_taken_up_again_counts_once() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", &[b'x'; 64]).publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    let file = emma.download("pdf");
    jane.get_with(&file, &[("Range", "bytes=0-9")]).await.assert_status(206);
    jane.get_with(&file, &[("Range", "bytes=10-19")]).await.assert_status(206);
    jane.head(&file).await.assert_status(200);
    shop.browser().get(&file).await.assert_status(404);
    let rows: i64 = shop.run(|conn| downloads::table.count().get_result(conn));
    assert_eq!(rows, 4);
    let page = shop.admin("ada").get("/admin").await;
    assert_eq!(cells(&page.text(), "downloads", "1 March"), ["1"]);
}
