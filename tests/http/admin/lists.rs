//! Every list of the back office with no, few and ten thousand rows: the database pages them.

use bookplate::accounts::AccountId;
use bookplate::db::Timestamp;
use diesel::prelude::*;
use diesel::sql_types;

use crate::support::{Browser, TestShop};

/// Every list, and how many of its rows one page shows at most.
const LISTS: &[(&str, &str, usize)] = &[
    ("/admin/findings", "class=\"finding-title\"", 50),
    ("/admin/findings?closed=true", "class=\"finding-title\"", 50),
    ("/admin/orders", "class=\"cell-main", 50),
    ("/admin/prices", "class=\"cell-main", 50),
    ("/admin/categories", "class=\"cell-main", 50),
    ("/admin/series", "class=\"cell-main", 50),
    ("/admin/contributors", "class=\"cell-main", 50),
    ("/admin/bundles", "class=\"cell-main", 50),
    ("/admin/codes", "class=\"cell-main", 50),
    ("/admin/reviews", "<tr", 51),
    ("/admin/reviews?answered=true", "<tr", 51),
    ("/admin/publishers", "<tr", 72),
    ("/admin/log", "class=\"act\"", 50),
    ("/publish", "class=\"cell-main", 50),
    ("/publish/sales?from=2026-01-01&to=2026-12-31", "class=\"cell-main", 50),
];

/// Pages without rows of their own, that show some of everything.
const PAGES: &[&str] = &["/admin", "/admin?money=sandbox&days=365", "/admin/export", "/admin/doctor"];

/// The largest page of all, in bytes, whatever the shop holds.
const LARGEST: usize = 250_000;

/// Ten thousand of each, or a few.
const INSERTS: &[&str] = &[
    "INSERT INTO accounts (public_id, email, email_key, name, password_hash, role, created_at, updated_at) \
     SELECT 'a' || n, n || '@example.org', n || '@example.org', 'Seller ' || n, '!', 'publisher', $2, $2 FROM numbers",
    "INSERT INTO categories (slug, name, position) SELECT 'c-' || n, 'Category ' || n, n FROM numbers",
    "INSERT INTO series (slug, name) SELECT 's-' || n, 'Series ' || n FROM numbers",
    "INSERT INTO contributors (slug, name) SELECT 'p-' || n, 'Person ' || n FROM numbers",
    "INSERT INTO books (public_id, slug, title, sort_title, language, status, price_minor, currency, publisher_id, \
                        published_at, created_at, updated_at) \
     SELECT 'b' || n, 'book-' || n, 'Book ' || n, 'book ' || n, 'en', 'published', n, 'EUR', $3, $2, $2, $2 FROM numbers",
    "INSERT INTO orders (public_id, number, email, email_key, currency, subtotal_minor, total_minor, status, gateway, \
                         livemode, cart_fingerprint, created_at, updated_at, paid_at) \
     SELECT 'o' || n, 'N' || n, 'x@example.org', 'x@example.org', 'EUR', n, n, 'paid', 'sandbox', FALSE, '', $2, $2, $2 \
     FROM numbers",
    "INSERT INTO line_items (order_id, book_id, title, price_minor) \
     SELECT o.id, b.id, b.title, b.price_minor FROM orders o JOIN books b ON b.public_id = 'b' || substr(o.public_id, 2)",
    "INSERT INTO findings (public_id, kind, subject, detail, first_seen_at, last_seen_at, resolved_at, resolution) \
     SELECT 'f' || n, 'stuck', 'f' || n, 'It waits.', $2, $2, CASE WHEN n % 2 = 0 THEN $2 ELSE NULL END, 'Done' \
     FROM numbers",
    "INSERT INTO bundles (public_id, slug, title, price_minor, currency, created_at, updated_at) \
     SELECT 'u' || n, 'u-' || n, 'Bundle ' || n, 100, 'EUR', $2, $2 FROM numbers",
    "INSERT INTO discount_codes (public_id, code, kind, basis_points, currency, every_book, created_at, updated_at) \
     SELECT 'd' || n, 'CODE' || n, 'percent', 1000, 'EUR', TRUE, $2, $2 FROM numbers",
    "INSERT INTO reviews (public_id, book_id, status, created_at, answered_at) \
     SELECT 'r' || b.id, b.id, CASE WHEN b.id % 2 = 0 THEN 'open' ELSE 'returned' END, $2, \
            CASE WHEN b.id % 2 = 0 THEN NULL ELSE $2 END FROM books b",
    "INSERT INTO publisher_requests (public_id, account_id, words, status, created_at) \
     SELECT 'w' || a.id, a.id, 'Please', 'open', $2 FROM accounts a",
    "INSERT INTO admin_acts (who, kind, subject, at) SELECT 'ada', 'title', 'Act ' || n, $2 FROM numbers",
];

fn fill(shop: &TestShop, count: i64, publisher: AccountId, now: Timestamp) {
    for sql in INSERTS {
        shop.run(move |conn| {
            let place = sql.find(" SELECT ").unwrap_or_default();
            let (head, select) = sql.split_at(place);
            // Both databases want each parameter used, in the order of its number.
            let with = format!(
                "{head} WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1), \
                 used (a, b) AS (SELECT CAST($2 AS TIMESTAMP), CAST($3 AS BIGINT)) {select}"
            );
            diesel::sql_query(with)
                .bind::<sql_types::BigInt, _>(count)
                .bind::<sql_types::Timestamp, _>(now)
                .bind::<sql_types::BigInt, _>(publisher)
                .execute(conn)
        });
    }
}

async fn look(ada: &Browser<'_>, rows: usize) {
    for &(list, mark, most) in LISTS {
        let page = ada.get(list).await;
        page.assert_status(200);
        let shown = page.text().matches(mark).count();
        assert!(shown <= most, "{list} shows {shown} of {rows} rows at once");
        assert!(page.body.len() < LARGEST, "{list} has {} bytes with {rows} rows", page.body.len());
        match rows {
            0 => assert_eq!(shown, 0, "{list} shows something of nothing"),
            _ => assert!(shown > 0, "{list} shows nothing of {rows} rows"),
        }
        if rows > 1000 {
            assert!(page.text().contains("rel=\"next\""), "{list} has no way to its second page");
            let glue = if list.contains('?') { '&' } else { '?' };
            let beyond = ada.get(&format!("{list}{glue}page=99999")).await;
            beyond.assert_status(200);
            assert!(beyond.text().contains("rel=\"prev\""), "{list} has no last page");
        }
    }
    for page in PAGES {
        let answer = ada.get(page).await;
        answer.assert_status(200);
        assert!(answer.body.len() < LARGEST, "{page} has {} bytes with {rows} rows", answer.body.len());
    }
}

#[rocket::async_test]
async fn every_list_is_paged_by_the_database() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    look(&ada, 0).await;
    let now = shop.clock.now();
    fill(&shop, 3, ada.account.id, now);
    look(&ada, 3).await;

    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    fill(&shop, 10_000, ada.account.id, now);
    look(&ada, 10_000).await;
}
