//! The list of an account's orders.

use bookplate::orders::OrderStatus;

use crate::support::TestShop;

#[rocket::async_test]
async fn the_list_has_an_accounts_orders_and_nobody_elses() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let jane = shop.customer("jane");
    jane.get("/orders").await.assert_status(200).assert_shows("No orders yet");
    jane.buys(&[&emma, &salt], "").await;
    let page = jane.get("/orders").await;
    page.assert_status(200).assert_shows("Emma and Salt Roads").assert_shows("€17.49").assert_shows("Paid");
    page.assert_shows(&shop.only_order().number);
    shop.customer("eve").get("/orders").await.assert_shows("No orders yet");
    shop.browser().get("/orders").await.assert_status(401);
}

#[rocket::async_test]
async fn a_long_list_has_pages() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    for _ in 0..21 {
        shop.order(Some(jane.account.id), &[&emma], OrderStatus::Expired);
    }
    jane.get("/orders").await.assert_shows("Page 1 of 2").assert_shows("/orders?page=2");
    jane.get("/orders?page=2").await.assert_shows("Page 2 of 2");
    jane.get("/orders?page=99").await.assert_status(200).assert_shows("Page 2 of 2");
}
