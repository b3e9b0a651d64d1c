//! Many books: the database pages them, and no page asks once for each book.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bookplate::accounts::Role;
use bookplate::catalog::book_page::BookDetails;
use bookplate::catalog::home::Home;
use bookplate::catalog::listing::{ListQuery, Listing};
use bookplate::db::Conn;
use bookplate::money::Currency;
use bookplate::orders::OrderStatus;
use bookplate::permission::Viewer;
use diesel::QueryResult;
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::prelude::*;

use super::{by, shelf, titles};
use crate::support::TestShop;

/// How many statements `work` sends.
fn queries_of<T>(shop: &TestShop, work: impl FnOnce(&mut Conn) -> QueryResult<T>) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    shop.db
        .read_blocking(|conn| {
            conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
            let done = work(conn);
            conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
            done
        })
        .unwrap();
    count.load(Ordering::Relaxed)
}

#[rocket::async_test]
async fn a_page_asks_as_often_for_twenty_books_as_for_three() {
    let shop = TestShop::new().await;
    let jane = shop.customer("jane");
    let viewer = Viewer::account(&jane.account);
    let categories = [shelf(&shop, "A"), shelf(&shop, "B")];
    let add = |from: i32, to: i32| {
        for number in from..=to {
            let book = shop
                .book(&format!("Book {number}"))
                .but(by("Ann Author"))
                .but(|new| {
                    new.categories = categories.to_vec();
                    new.series = Some(("S".to_owned(), Some(number)));
                })
                .publish();
            shop.order(Some(jane.account.id), &[&book], OrderStatus::Paid);
        }
    };
    let counts = || {
        let search = ListQuery { search: "book".to_owned(), ..ListQuery::default() };
        [
            queries_of(&shop, |conn| Home::load(conn, &viewer, bookplate::money::Currency::EUR)),
            queries_of(&shop, |conn| Listing::load(conn, &ListQuery::default(), &viewer)),
            queries_of(&shop, |conn| Listing::load(conn, &search, &viewer)),
            queries_of(&shop, |conn| {
                BookDetails::load(conn, "book-2", &viewer, Currency::EUR, |_, _| Ok(false))
            }),
        ]
    };
    add(1, 3);
    let with_three = counts();
    add(4, 20);
    assert_eq!(counts(), with_three);
    assert!(with_three.iter().all(|count| (1..=25).contains(count)), "{with_three:?}");
}

#[rocket::async_test]
async fn ten_thousand_books_are_paged_by_the_database() {
    let shop = TestShop::new().await;
    let publisher = shop.account("pat", Role::Publisher).id;
    let now = shop.clock.now();
    shop.run(move |conn| {
        diesel::sql_query(
            "INSERT INTO books (public_id, slug, title, sort_title, language, status, price_minor, currency, \
                                publisher_id, published_at, created_at, updated_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 10001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) \
             SELECT 'p' || n, 'book-' || n, 'Book ' || n, 'book ' || n, 'en', 'published', n, 'EUR', $1, $2, $2, $2 \
             FROM numbers",
        )
        .bind::<diesel::sql_types::BigInt, _>(publisher)
        .bind::<diesel::sql_types::Timestamp, _>(now)
        .execute(conn)
    });
    let browser = shop.browser();
    let first = browser.get("/books?sort=title").await;
    first.assert_shows("Page 1 of 417").assert_shows("10000</span> books");
    assert_eq!(titles(&first).first().map(String::as_str), Some("Book 10001"));
    let last = browser.get("/books?sort=price&page=417").await;
    assert_eq!(titles(&last).last().map(String::as_str), Some("Book 20000"));
    assert_eq!(titles(&last).len(), 16);
    let middle = browser.get("/books?sort=price-desc&page=2").await;
    assert_eq!(titles(&middle).first().map(String::as_str), Some("Book 19976"));
    browser.get("/").await.assert_shows("all 10000 books");
}
