//! Many people: the database pages each list, and no page asks once for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bookplate::accounts::team;
use bookplate::admin::act::ActFilter;
use bookplate::admin::customers::list::Filter;
use bookplate::db::Conn;
use bookplate::permission::overrides;
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

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

/// Ten thousand rows by one statement; `$1` is the time, `$2` the book, `$3` a later time, `n` counts from 10001 to 20000.
fn ten_thousand(shop: &TestShop, into: &'static str, values: &'static str, book: i64) {
    let now = shop.clock.now();
    // SQLite numbers parameters as they come, so they come once, at the beginning.
    let values = values
        .replace("$1", "(SELECT now FROM given)")
        .replace("$2", "(SELECT book FROM given)")
        .replace("$3", "(SELECT later FROM given)");
    shop.run(move |conn| {
        diesel::sql_query(format!(
            "INSERT INTO {into} \
             WITH RECURSIVE given (now, book, later) AS (SELECT $1, $2, $3), \
             numbers (n) AS (SELECT 10001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) \
             SELECT {values} FROM numbers"
        ))
        .bind::<Timestamp, _>(now)
        .bind::<BigInt, _>(book)
        .bind::<Timestamp, _>(now + chrono::TimeDelta::days(30))
        .execute(conn)
    });
}

#[rocket::async_test]
async fn lists_of_people_hold_none_few_and_ten_thousand() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    for (page, none) in [
        ("/admin/customers?q=nobody", "No account fits."),
        ("/admin/access", "Nothing yet: the orders decide about every book."),
        ("/admin/log", "Nothing yet."),
        ("/admin/team", "Nobody at the moment."),
    ] {
        ada.get(page).await.assert_status(200).assert_shows(none);
    }
    let of_page = |shop: &TestShop| {
        let search = Filter { search: "example".to_owned(), standing: None };
        [
            queries_of(shop, |conn| search.count(conn).and_then(|_| search.page(conn, 0, 50))),
            queries_of(shop, |conn| {
                let acts = ActFilter::default();
                acts.count(conn).and_then(|_| acts.page(conn, 0, 50))
            }),
            queries_of(shop, |conn| {
                let found = overrides::page(conn, "", 0, 50)?;
                overrides::count(conn, "").and_then(|_| overrides::authors(conn, &found))
            }),
            queries_of(shop, |conn| team::count(conn).and_then(|_| team::page(conn, 0, 50))),
        ]
    };
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    shop.set_override(&jane.account, &emma, true);
    let address = format!("/admin/customers/{}", jane.account.public_id);
    ada.post(&format!("{address}/sign-out"), &[]).await.assert_status(303);
    let with_few = of_page(&shop);
    ten_thousand(
        &shop,
        "accounts (public_id, email, email_key, name, password_hash, role, email_confirmed_at, created_at, updated_at)",
        "'p' || n, 'r' || n || '@example.org', 'r' || n || '@example.org', 'Reader ' || n, '!', \
         CASE WHEN n > 19000 THEN 'publisher' ELSE 'customer' END, $1, $1, $1",
        emma.id.0,
    );
    ten_thousand(
        &shop,
        "access_overrides (book_id, account_id, allowed, reason, created_at)",
        "$2, (SELECT id FROM accounts a WHERE a.public_id = 'p' || n), TRUE, 'Copy ' || n, $1",
        emma.id.0,
    );
    ten_thousand(
        &shop,
        "admin_acts (who, kind, subject, detail, outcome, at)",
        "'ada@example.com', 'account', 'r' || n || '@example.org', 'Act ' || n, 'Done', $1",
        emma.id.0,
    );
    ten_thousand(
        &shop,
        "invitations (public_id, token_hash, email, email_key, role, created_at, expires_at)",
        "'i' || n, 't' || n, 'i' || n || '@example.org', 'i' || n || '@example.org', 'publisher', $1, \
         $3",
        emma.id.0,
    );
    assert_eq!(of_page(&shop), with_few, "customers, log, access, team");
    assert!(with_few.iter().all(|count| (1..=5).contains(count)), "{with_few:?}");
    for (page, shown, not_shown) in [
        ("/admin/customers", "Reader 20000", "Reader 19950"),
        ("/admin/customers?page=200", "Reader 10050", "Reader 20000"),
        ("/admin/customers?q=reader%201500", "Reader 15009", "Reader 20000"),
        ("/admin/access", "Copy 20000", "Copy 19950"),
        ("/admin/access?page=200", "Copy 10050", "Copy 20000"),
        ("/admin/access?q=copy%2015001", "1 to 1 of", "Copy 20000"),
        ("/admin/log", "Act 20000", "Act 19950"),
        ("/admin/log?q=act%2015001", "1 to 1 of", "Act 20000"),
        ("/admin/team", "Reader 19001", "Reader 20000"),
        ("/admin/team?page=21", "Reader 20000", "Reader 19001"),
    ] {
        ada.get(page).await.assert_status(200).assert_shows(shown).assert_shows_not(not_shown);
    }
    ada.get(&address).await.assert_status(200).assert_shows("Emma");
}
