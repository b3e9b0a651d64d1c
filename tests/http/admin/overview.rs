//! The shop at a glance, for admins alone.

use bookplate::db::schema::orders;
use bookplate::orders::refund::{Items, refund};
use bookplate::orders::{Finding, FindingKind};
use diesel::prelude::*;

use crate::support::TestShop;

#[rocket::async_test]
async fn an_empty_shop_has_an_overview_and_only_admins_are_shown_the_way() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    ada.get("/").await.assert_shows("href=\"/admin\"");
    ada.get("/admin").await.assert_status(200).assert_shows("Nothing. Money, orders and rights agree");
    let jane = shop.customer("jane");
    jane.get("/").await.assert_shows_not("href=\"/admin\"");
    shop.browser().get("/").await.assert_shows_not("href=\"/admin\"");
}

#[rocket::async_test]
async fn sums_hold_real_money_only() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    shop.customer("jane").buys(&[&emma, &salt], "").await;
    let ada = shop.admin("ada");
    let page = ada.get("/admin").await;
    page.assert_shows("Sandbox").assert_shows("Salt Roads").assert_shows("No payment");
    page.assert_shows_not("came");
    // As if it had been real money.
    shop.run(|conn| diesel::update(orders::table).set(orders::livemode.eq(true)).execute(conn));
    let page = ada.get("/admin").await;
    page.assert_shows("€17.49 came").assert_shows("1 payment").assert_shows_not("went back");
    let order = shop.only_order().id;
    let item = shop.line_items(order)[0].id;
    refund(shop.till(), order, Items::These(vec![item]), "").await.unwrap();
    let page = ada.get("/admin").await;
    page.assert_shows("€17.49 came, €4.99 went back").assert_shows("€12.50");
}

#[rocket::async_test]
async fn open_findings_are_counted_in_the_header_and_listed() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| Finding::raise(conn, FindingKind::Stuck, "x", None, "It waits since noon.", now));
    let ada = shop.admin("ada");
    ada.get("/").await.assert_shows("1<span class=\"hidden\"> open findings</span>");
    ada.get("/admin").await.assert_shows("An order is stuck").assert_shows("It waits since noon.");
}
