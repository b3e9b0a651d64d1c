//! Who may see an order, and how a guest's browser comes to its key.

use bookplate::ids::Token;
use bookplate::orders::OrderStatus;

use crate::support::TestShop;

#[rocket::async_test]
async fn an_order_is_there_for_its_buyer_and_for_admins_and_for_nobody_else() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    let page = format!("/orders/{}", shop.only_order().public_id);
    jane.get(&page).await.assert_status(200);
    shop.admin("ada").get(&page).await.assert_status(200);
    for stranger in [shop.browser(), shop.customer("eve").browser, shop.publisher("paul").browser] {
        stranger.get(&page).await.assert_status(404);
        stranger.get(&format!("{page}/return")).await.assert_status(404);
        stranger.post(&format!("{page}/pay"), &[]).await.assert_status(404);
        stranger.post(&format!("{page}/cancel"), &[]).await.assert_status(404);
    }
    jane.get("/orders/00000000000000000000000000").await.assert_status(404);
}

#[rocket::async_test]
async fn a_guests_order_opens_in_the_browser_that_placed_it_and_by_the_mails_link() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", b"%PDF-1.7 Emma").publish();
    let guest = shop.browser();
    guest.buys(&[&emma], "jane@example.org").await;
    let page = format!("/orders/{}", shop.only_order().public_id);
    guest.get(&page).await.assert_status(200);
    let phone = shop.browser();
    phone.get(&page).await.assert_status(404);
    let link = shop.receipts()[0].link("http://localhost/orders/open/");
    let path = link.trim_start_matches("http://localhost");
    let opened = phone.get(path).await;
    opened.assert_redirects_to(&page);
    assert_eq!(opened.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(opened.header("Cache-Control"), Some("no-store"));
    phone.get(&page).await.assert_status(200).assert_shows("The book is yours");
    phone.get(&emma.download("pdf")).await.assert_sends(b"%PDF-1.7 Emma");
    phone.get("/library").await.assert_status(200).assert_shows("Emma").assert_shows("jane@example.org");
}

#[rocket::async_test]
async fn a_link_that_opens_nothing_says_so() {
    let shop = TestShop::new().await;
    for token in ["x", Token::new().secret(), "%00", "..%2f"] {
        let answer = shop.browser().get(&format!("/orders/open/{token}")).await;
        answer.assert_status(404);
        assert!(answer.set_cookies().is_empty());
    }
    let unknown = format!("/orders/open/{}", Token::new().secret());
    shop.browser().get(&unknown).await.assert_shows("opens no order");
}

#[rocket::async_test]
async fn a_browser_keeps_the_keys_of_its_ten_newest_orders() {
    let shop = TestShop::new().await;
    let guest = shop.browser();
    for number in 0..12 {
        let book = shop.book(&format!("Book {number}")).publish();
        guest.buys(&[&book], "jane@example.org").await;
    }
    let orders = shop.orders();
    for (index, order) in orders.iter().enumerate() {
        let expected = if index < 2 { 404 } else { 200 };
        guest.get(&format!("/orders/{}", order.public_id)).await.assert_status(expected);
    }
    let kept = guest.cookie("bookplate-orders").unwrap();
    assert_eq!(kept.split('.').count(), 10);
}

#[rocket::async_test]
async fn the_database_keeps_no_key_only_its_hash() {
    use bookplate::db::schema::{mails, order_tokens};
    use diesel::prelude::*;
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.buys(&[&emma], "jane@example.org").await;
    let key = guest.cookie("bookplate-orders").unwrap();
    let hashes: Vec<String> =
        shop.run(|conn| order_tokens::table.select(order_tokens::token_hash).load(conn));
    assert!(hashes.contains(&Token::parse(&key).unwrap().hash().as_str().to_owned()));
    assert!(hashes.iter().all(|hash| *hash != key));
    let texts: Vec<String> = shop.run(|conn| mails::table.select(mails::body_text).load(conn));
    assert!(texts.iter().all(|text| !text.contains(&key)), "a mail has a key of its own");
}

#[rocket::async_test]
async fn an_order_page_is_kept_by_no_cache() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    let page = jane.buys(&[&emma], "").await;
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    shop.assert_order(OrderStatus::Paid);
}
