//! All that one owns, in its newest edition.

use bookplate::catalog::BookStatus;
use bookplate::orders::OrderStatus;

use crate::support::TestShop;

#[rocket::async_test]
async fn the_library_has_what_was_bought_with_formats_and_sizes() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", &[b'x'; 3_400]).file("Emma.epub", b"2").publish();
    let other = shop.book("Not mine").publish();
    let jane = shop.customer("jane");
    jane.get("/library").await.assert_status(200).assert_shows("still empty");
    jane.buys(&[&emma], "").await;
    let page = jane.get("/library").await;
    page.assert_shows("Emma").assert_shows("3.4 KB").assert_shows("PDF").assert_shows("EPUB");
    page.assert_shows(&emma.download("pdf")).assert_shows(&emma.download("epub"));
    page.assert_shows("bought 1 March 2026").assert_shows_not(&other.slug);
}

#[rocket::async_test]
async fn the_newest_edition_is_offered_first_and_the_one_that_was_bought_stays() {
    let shop = TestShop::new().await;
    let first = shop.book("Emma").file("Emma.pdf", b"first").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&first], "").await;
    let second = shop.edition(&first, &[("Emma.pdf", b"second")], true);
    let page = jane.get("/library").await;
    page.assert_shows("New edition since you bought it").assert_shows("The edition you bought");
    page.assert_shows(&second.download("pdf")).assert_shows(&first.download("pdf"));
    jane.get(&second.download("pdf")).await.assert_sends(b"second");
    jane.get(&first.download("pdf")).await.assert_sends(b"first");
}

#[rocket::async_test]
async fn an_archived_book_stays_with_who_bought_it() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    shop.set_book_status(&emma, BookStatus::Archived);
    jane.get("/library").await.assert_shows(&emma.download("pdf"));
}

#[rocket::async_test]
async fn a_guest_finds_the_books_of_this_browsers_orders_and_is_invited() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").publish());
    let guest = shop.browser();
    guest.get("/library").await.assert_status(401).assert_shows("opens when you sign in");
    guest.buys(&[&emma], "jane@example.org").await;
    guest.buys(&[&salt], "jane@example.org").await;
    let page = guest.get("/library").await;
    page.assert_status(200).assert_shows("Emma").assert_shows("Salt Roads").assert_shows("Make an account");
    page.assert_shows(&emma.download("pdf")).assert_shows(&salt.download("pdf"));
}

#[rocket::async_test]
async fn a_gift_of_an_admin_is_there_and_what_an_admin_closed_says_so() {
    let shop = TestShop::new().await;
    let (gift, emma) = (shop.book("Gift").publish(), shop.book("Emma").publish());
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    shop.set_override(&jane.account, &gift, true);
    shop.set_override(&jane.account, &emma, false);
    let page = jane.get("/library").await;
    page.assert_shows(&gift.download("pdf")).assert_shows_not(&emma.download("pdf"));
    page.assert_shows("has closed this book");
    let order = jane.get(&format!("/orders/{}", shop.only_order().public_id)).await;
    order.assert_shows("has closed this book").assert_shows_not("/download/");
}

#[rocket::async_test]
async fn attempts_that_came_to_nothing_are_not_in_the_library() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    for status in [OrderStatus::Pending, OrderStatus::Expired, OrderStatus::Cancelled, OrderStatus::Failed] {
        shop.order(Some(jane.account.id), &[&emma], status);
    }
    jane.get("/library").await.assert_shows("still empty");
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Disputed);
    jane.get("/library").await.assert_shows("disputed").assert_shows_not("/download/");
}
