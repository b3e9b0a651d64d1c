//! Another address for an order.

use bookplate::db::schema::{mails, orders};
use diesel::prelude::*;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_guests_order_gets_another_address_with_a_new_link_and_the_old_one_is_dead() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let buyer = shop.browser();
    buyer.buys(&[&emma], "jnae@example.org").await;
    let old_link = shop.receipts()[0].link("http://localhost/orders/open/");
    let old_link = old_link.trim_start_matches("http://localhost");
    let stranger = shop.browser();
    stranger.get(old_link).await.assert_status(303);
    stranger.get(&emma.download("pdf")).await.assert_status(200);
    let order = shop.only_order();
    let page = format!("/admin/orders/{}", order.public_id);
    ada.get(&page).await.assert_shows("Change the address…");
    ada.get(&format!("{page}/address")).await.assert_status(200).assert_shows("jnae@example.org");
    for (email, said) in
        [("nonsense", "This isn’t an e-mail address"), ("JNAE@example.org", "has this address already")]
    {
        let answer = ada.post(&format!("{page}/address"), &[("email", email)]).await;
        answer.assert_status(422).assert_shows(said);
    }
    let fields = [("email", "jane@example.org"), ("reason", "She wrote to us")];
    ada.post(&format!("{page}/address"), &fields).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("jane@example.org").assert_shows("She wrote to us");
    // What waited for the wrong address does not go out.
    let waiting: i64 = shop.run(|conn| {
        mails::table
            .filter(mails::recipient.eq("jnae@example.org").and(mails::failed_at.is_null()))
            .count()
            .get_result(conn)
    });
    assert_eq!(waiting, 0);
    shop.browser().get(old_link).await.assert_status(404);
    stranger.get(&emma.download("pdf")).await.assert_status(404);
    stranger.get(&format!("/orders/{}", order.public_id)).await.assert_status(404);
    let new_link = shop.letter_to("jane@example.org").link("http://localhost/orders/open/");
    let jane = shop.browser();
    jane.get(new_link.trim_start_matches("http://localhost")).await.assert_status(303);
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let log = ada.get("/admin/log?kind=address").await;
    log.assert_shows("jnae@example.org</span> → ").assert_shows("She wrote to us");
}

#[rocket::async_test]
async fn an_order_goes_to_the_account_that_has_proved_the_new_address() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let emma = shop.book("Emma").publish();
    shop.browser().buys(&[&emma], "jnae@example.org").await;
    let page = format!("/admin/orders/{}/address", shop.only_order().public_id);
    ada.post(&page, &[("email", "jane@example.com")]).await.assert_status(303);
    jane.get("/library").await.assert_shows("Emma");
    // It leaves an account only when that is said.
    ada.get(&page).await.assert_shows("jane’s account, and its books with it");
    let kept = ada.post(&page, &[("email", "kate@example.org")]).await;
    kept.assert_status(422).assert_shows("Tick that it leaves it");
    jane.get(&emma.download("pdf")).await.assert_status(200);
    ada.post(&page, &[("email", "kate@example.org"), ("take_out", "true")]).await.assert_status(303);
    jane.get(&emma.download("pdf")).await.assert_status(404);
    assert_eq!(shop.only_order().account_id, None);
}

#[rocket::async_test]
async fn an_unpaid_order_keeps_its_address() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.checks_out("guest@example.org").await;
    let page = format!("/admin/orders/{}", shop.only_order().public_id);
    ada.get(&page).await.assert_shows_not("Change the address…");
    let answer = ada.post(&format!("{page}/address"), &[("email", "other@example.org")]).await;
    answer.assert_status(422).assert_shows("Only an order that was paid");
    let email: String = shop.run(|conn| orders::table.select(orders::email).first(conn));
    assert_eq!(email, "guest@example.org");
}
