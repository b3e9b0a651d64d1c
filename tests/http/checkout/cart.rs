//! What may be in a cart, and what its page says.

use bookplate::catalog::BookStatus;
use bookplate::checkout::cart;
use bookplate::db::schema::books;
use bookplate::ids::Token;
use diesel::prelude::*;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_visitor_finds_the_books_in_the_cart_again_with_their_prices_and_sum() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let visitor = shop.browser();
    visitor.get("/cart").await.assert_status(200).assert_shows("Nothing in it yet");
    visitor.wants(&[&emma, &salt]).await;
    let page = visitor.get("/cart").await;
    page.assert_status(200).assert_shows("Emma").assert_shows("€4.99").assert_shows("€12.50");
    page.assert_shows("€17.49").assert_shows("/checkout");
    shop.browser().get("/cart").await.assert_shows("Nothing in it yet");
}

#[rocket::async_test]
async fn a_book_is_taken_out_again() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").publish());
    let visitor = shop.browser();
    visitor.wants(&[&emma, &salt]).await;
    visitor.post("/cart/remove", &[("book", &emma.public_id)]).await.assert_redirects_to("/cart");
    visitor.get("/cart").await;
    visitor.get("/cart").await.assert_shows_not("Emma").assert_shows("Salt Roads");
}

#[rocket::async_test]
async fn a_book_that_is_there_already_is_answered_kindly_and_not_twice_there() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let visitor = shop.browser();
    visitor.wants(&[&emma, &emma]).await;
    visitor.get("/cart").await.assert_shows("was in your cart already").assert_shows("€4.99");
}

#[rocket::async_test]
async fn a_free_book_and_one_that_is_owned_need_no_cart() {
    let shop = TestShop::new().await;
    let (free, emma) = (shop.book("Free").price(0).publish(), shop.book("Emma").publish());
    let jane = shop.customer("jane");
    jane.post("/cart", &[("book", &free.public_id)]).await.assert_redirects_to(&free.page());
    jane.buys(&[&emma], "").await;
    jane.post("/cart", &[("book", &emma.public_id)]).await.assert_redirects_to(&emma.page());
    jane.get(&emma.page()).await.assert_shows("You own “Emma” already");
    jane.get("/cart").await.assert_shows("Nothing in it yet");
}

#[rocket::async_test]
async fn what_is_not_for_sale_does_not_get_into_a_cart() {
    let shop = TestShop::new().await;
    let draft = shop.book("Draft").draft();
    let visitor = shop.browser();
    for book in [draft.public_id.as_str(), "nonsense", ""] {
        visitor.post("/cart", &[("book", book)]).await.assert_redirects_to("/cart");
        visitor.get("/cart").await.assert_shows("not for sale").assert_shows("Nothing in it yet");
    }
}

#[rocket::async_test]
async fn a_book_in_another_currency_than_the_shops_is_not_for_sale() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let id = emma.id;
    shop.run(move |conn| diesel::update(books::table.find(id)).set(books::currency.eq("USD")).execute(conn));
    let visitor = shop.browser();
    visitor.post("/cart", &[("book", &emma.public_id)]).await.assert_redirects_to("/cart");
    visitor.get("/cart").await.assert_shows("not for sale");
}

#[rocket::async_test]
async fn a_book_archived_meanwhile_shows_as_gone_and_stops_the_checkout_until_it_is_removed() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let visitor = shop.browser();
    visitor.wants(&[&emma, &salt]).await;
    shop.set_book_status(&emma, BookStatus::Archived);
    let page = visitor.get("/cart").await;
    page.assert_shows("no longer available").assert_shows("€12.50").assert_shows_not("€17.49");
    page.assert_shows_not("href=\"/checkout\"");
    visitor.get("/checkout").await.assert_redirects_to("/cart");
    visitor.post("/checkout", &[("email", "jane@example.org")]).await.assert_redirects_to("/cart");
    assert!(shop.orders().is_empty());
    visitor.post("/cart/remove", &[("book", &emma.public_id)]).await.assert_redirects_to("/cart");
    visitor.checks_out("jane@example.org").await;
    assert_eq!(shop.only_order().total_minor, 1250);
}

#[rocket::async_test]
async fn signing_in_brings_a_visitors_books_into_the_accounts_cart_once() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").publish());
    let visitor = shop.browser();
    visitor.wants(&[&emma, &salt]).await;
    let jane = shop.customer("jane");
    jane.wants(&[&emma]).await;
    let token = Token::parse(&visitor.cookie("bookplate-cart").expect("the cart's cookie")).unwrap().hash();
    let (account, now) = (jane.account.id, shop.clock.now());
    for _ in 0..2 {
        let token = token.clone();
        shop.run(move |conn| cart::adopt(conn, &token, account, now));
    }
    jane.get("/cart").await.assert_shows("Emma").assert_shows("Salt Roads").assert_shows("€9.98");
    visitor.get("/cart").await.assert_shows("Nothing in it yet");
}
