//! The pay page says what it is, wherever it shows.

use crate::support::TestShop;

#[rocket::async_test]
async fn the_pay_page_and_everything_around_it_say_that_no_money_moves() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.get("/cart").await.assert_shows("No real money");
    guest.get("/checkout").await.assert_shows("No money moves");
    let pay_page = guest.checks_out("jane@example.org").await;
    let page = guest.get(&pay_page).await;
    page.assert_status(200)
        .assert_shows("not a real payment page")
        .assert_shows("Emma")
        .assert_shows("€4.99");
    let receipt = guest.ends(&pay_page, "pay").await;
    receipt.assert_shows("no real money");
    let mail = &shop.receipts()[0];
    assert!(mail.text.contains("No real money was taken"), "{}", mail.text);
    assert!(mail.html.contains("No real money was taken"), "{}", mail.html);
    assert!(!shop.only_order().livemode);
}

#[rocket::async_test]
async fn an_unknown_checkout_is_not_found_and_an_unknown_button_does_nothing() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.get("/sandbox/pay/sbx_co_nothing").await.assert_status(404);
    guest.post("/sandbox/pay/sbx_co_nothing", &[("outcome", "pay")]).await.assert_status(404);
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.post(&pay_page, &[("outcome", "steal")]).await.assert_status(422);
    guest.get(&pay_page).await.assert_shows("Choose how this payment ends");
}
