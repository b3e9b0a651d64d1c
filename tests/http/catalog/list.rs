//! The list of books: what it holds, its order, its pages.

use bookplate::catalog::BookStatus;
use chrono::TimeDelta;

use super::{by, shelf, titles};
use crate::support::TestShop;

#[rocket::async_test]
async fn the_list_shows_what_is_for_sale_and_nothing_else() {
    let shop = TestShop::new().await;
    shop.book("On sale").publish();
    shop.book("A draft").draft();
    for status in [BookStatus::InReview, BookStatus::Archived] {
        let book = shop.book(&format!("Kept back {status}")).publish();
        shop.set_book_status(&book, status);
    }
    for page in ["/", "/books", "/books?q=kept", "/books?q=draft", "/books?q=on"] {
        let answer = shop.browser().get(page).await;
        answer.assert_status(200).assert_shows_not("A draft").assert_shows_not("Kept back");
    }
    assert_eq!(titles(&shop.browser().get("/books").await), ["On sale"]);
}

#[rocket::async_test]
async fn a_category_shows_its_own_books_and_counts_them() {
    let shop = TestShop::new().await;
    let (sea, sky) = (shelf(&shop, "The Sea"), shelf(&shop, "The Sky"));
    shop.book("Tides").but(|new| new.categories = vec![sea]).publish();
    shop.book("Horizon").but(|new| new.categories = vec![sea, sky]).publish();
    shop.book("Neither").publish();
    shop.book("Draft").but(|new| new.categories = vec![sea]).draft();

    let page = shop.browser().get("/books?category=the-sea&sort=title").await;
    page.assert_shows("<h1>The Sea</h1>").assert_shows("The Sea (2)").assert_shows("The Sky (1)");
    assert_eq!(titles(&page), ["Horizon", "Tides"]);
    assert_eq!(titles(&shop.browser().get("/books?category=the-sky").await), ["Horizon"]);
    let narrowed = shop.browser().get("/books?category=the-sky&q=tides").await;
    assert!(titles(&narrowed).is_empty());
    narrowed.assert_shows("The Sea (1)").assert_shows("The Sky (0)");
}

#[rocket::async_test]
async fn a_link_to_a_shelf_person_or_series_that_is_not_there_is_not_found() {
    let shop = TestShop::new().await;
    for page in ["category=none", "contributor=none", "series=none", "category=%00", "category=%F0%9F%91%8D"]
    {
        shop.browser().get(&format!("/books?{page}")).await.assert_status(404);
    }
    shop.browser().get("/books?category=&contributor=&series=&q=&sort=&page=").await.assert_status(200);
}

#[rocket::async_test]
async fn books_are_listed_by_contributor_and_in_the_order_of_their_series() {
    let shop = TestShop::new().await;
    for (title, place) in [("Third", Some(3)), ("First", Some(1)), ("Aside", None), ("Second", Some(2))] {
        let book = shop.book(title).but(by("Zoë Quill"));
        book.but(|new| new.series = Some(("The Cycle".to_owned(), place))).publish();
    }
    shop.book("Other").but(by("Someone Else")).publish();
    let series = shop.browser().get("/books?series=the-cycle").await;
    assert_eq!(titles(&series), ["First", "Second", "Third", "Aside"]);
    let person = shop.browser().get("/books?contributor=zoe-quill&sort=title").await;
    person.assert_shows("<h1>Zoë Quill</h1>");
    assert_eq!(titles(&person), ["Aside", "First", "Second", "Third"]);
}

#[rocket::async_test]
async fn a_list_has_the_order_that_is_asked_for() {
    let shop = TestShop::new().await;
    for (title, price) in [("banana", 300), ("Äpfel", 100), ("Cherry", 200), ("apple", 0)] {
        shop.book(title).price(price).publish();
        shop.clock.advance(TimeDelta::hours(1));
    }
    for (sort, expected) in [
        ("", ["apple", "Cherry", "Äpfel", "banana"]),
        ("newest", ["apple", "Cherry", "Äpfel", "banana"]),
        ("title", ["Äpfel", "apple", "banana", "Cherry"]),
        ("price", ["apple", "Äpfel", "Cherry", "banana"]),
        ("price-desc", ["banana", "Cherry", "Äpfel", "apple"]),
        ("xyz", ["apple", "Cherry", "Äpfel", "banana"]),
        ("relevance", ["apple", "Cherry", "Äpfel", "banana"]),
    ] {
        let page = shop.browser().get(&format!("/books?sort={sort}")).await;
        assert_eq!(titles(&page), expected, "{sort}");
    }
}

#[rocket::async_test]
async fn a_list_goes_on_over_its_pages_and_never_off_the_end() {
    let shop = TestShop::new().await;
    for number in 1..=25 {
        shop.book(&format!("Book {number:02}")).publish();
    }
    let first = shop.browser().get("/books?sort=title").await;
    assert_eq!(titles(&first).len(), 24);
    first.assert_shows("Page 1 of 2").assert_shows("href=\"/books?sort=title&page=2\"");
    for page in ["2", "99", "4294967295"] {
        let last = shop.browser().get(&format!("/books?sort=title&page={page}")).await;
        assert_eq!(titles(&last), ["Book 25"], "{page}");
        last.assert_shows("href=\"/books?sort=title&page=1\"");
    }
    for page in ["abc", "-1", "0", "", "1e9", "99999999999999999999"] {
        let page = shop.browser().get(&format!("/books?sort=title&page={page}")).await;
        assert_eq!(titles(&page).first().map(String::as_str), Some("Book 01"));
    }
}

#[rocket::async_test]
async fn an_empty_shop_and_an_empty_shelf_say_so_kindly() {
    let shop = TestShop::new().await;
    shop.browser().get("/").await.assert_status(200).assert_shows("The shelves are still empty");
    shop.browser().get("/books").await.assert_status(200).assert_shows("No books here yet");
    shelf(&shop, "Poems");
    shop.browser().get("/books?category=poems").await.assert_status(200).assert_shows("No books here yet");
}

#[rocket::async_test]
async fn a_card_says_what_a_book_costs_or_that_it_is_yours() {
    let shop = TestShop::new().await;
    let bought = shop.book("Bought").price(1250).but(by("Ann Author")).publish();
    shop.book("Free one").price(0).publish();
    let ann = shop.customer("ann");
    shop.order(Some(ann.account.id), &[&bought], bookplate::orders::OrderStatus::Paid);
    let page = shop.browser().get("/books").await;
    page.assert_shows("€12.50")
        .assert_shows("Free</span>")
        .assert_shows("Ann Author")
        .assert_shows_not("Yours");
    ann.get("/books").await.assert_shows("Yours").assert_shows_not("€12.50");
    ann.get("/").await.assert_shows("Yours");
}
