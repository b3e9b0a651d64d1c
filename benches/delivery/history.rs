//! A shop with years of orders behind it.

use std::path::Path;

use bookplate::config::Storage;
use bookplate::db::{Conn, DatabaseUrl, Db};
use bookplate::ids::{Token, hex};
use bookplate::storage::{Store, Stored};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::load::Asked;
use crate::servers;

const BOOKS: usize = 1000;
const ITEMS: usize = 10;
/// How many readers the load comes from.
const ASKING: usize = 500;
/// How many orders each reader has made.
pub const ORDERS_EACH: usize = 10;

/// A database with orders, and the store of its books.
pub struct History {
    pub url: DatabaseUrl,
    pub store: std::path::PathBuf,
    db: Db,
    readers: usize,
    /// The sessions of the readers that ask.
    sessions: Vec<String>,
}

impl History {
    /// A shop with a thousand books that nobody has bought yet.
    pub fn begin(url: DatabaseUrl, folder: &Path) -> Self {
        let storage = Storage { root: folder.join("store"), ..Storage::default() };
        servers::share_store_with_the_web_server(&storage.root);
        let store = Store::from_settings(&storage).unwrap();
        let stored: Vec<Stored> =
            (0..BOOKS).map(|book| store.put(format!("Book {book}").as_bytes(), "epub").unwrap()).collect();
        let db = Db::open(&url).unwrap();
        db.migrate().unwrap();
        db.write_blocking(move |conn| catalogue(conn, &stored)).unwrap();
        Self { url, store: storage.root, db, readers: 0, sessions: Vec::new() }
    }

    /// Lets the shop grow to so many readers with [`ORDERS_EACH`] orders each, of ten books each.
    pub fn grow(&mut self, readers: usize) {
        let from = self.readers;
        let sessions = self
            .db
            .write_blocking(move |conn| {
                grow(conn, from, readers)?;
                (from..readers.min(ASKING))
                    .map(|reader| sign_in(conn, reader))
                    .collect::<QueryResult<Vec<_>>>()
            })
            .unwrap();
        self.sessions.extend(sessions);
        self.readers = readers;
        self.settle();
    }

    /// Lets each reader that asks have so many orders more, none of them of the book that they ask for.
    pub fn grow_each(&self, orders: usize) {
        let asking = self.sessions.len();
        self.db
            .write_blocking(move |conn| {
                let step = |number: &str| format!("{number} % {asking}");
                insert_orders(conn, "more", asking * orders, &step("n.i"))?;
                // Reader r's own first book is 10·r: these orders begin behind it, and end before it comes again.
                let books = format!("((o.reader * {ITEMS} + 10 + o.i / {asking} * 3 + k.i) % {BOOKS})");
                insert_items(conn, "more", &books)
            })
            .unwrap();
        self.settle();
    }

    /// Has PostgreSQL do what it would do by itself in the minutes after so many rows came at once, and be done with it
    /// before anything is measured. SQLite's own figures would not help: with them it plans each statement anew for each
    /// value.
    fn settle(&self) {
        let DatabaseUrl::Postgres(url) = &self.url else { return };
        let mut server = PgConnection::establish(url).unwrap();
        for work in ["VACUUM ANALYZE", "CHECKPOINT"] {
            diesel::sql_query(work).execute(&mut server).unwrap();
        }
    }

    /// A request of each reader that asks, for a book of their first order.
    pub fn asked(&self) -> Vec<Asked> {
        let of = |(reader, session): (usize, &String)| {
            let book = reader * ITEMS % BOOKS;
            Asked::new(format!("/download/file{book}"), format!("bookplate-session={session}"))
        };
        self.sessions.iter().enumerate().map(of).collect()
    }

    /// How many orders and line items there are.
    pub fn size(&self) -> (i64, i64) {
        use bookplate::db::schema::{line_items, orders};
        self.db
            .read_blocking(|conn| {
                QueryResult::Ok((
                    orders::table.count().get_result(conn)?,
                    line_items::table.count().get_result(conn)?,
                ))
            })
            .unwrap()
    }
}

/// Numbers from 0 up to `count`, as a table `name` with the column `i`.
fn numbers(name: &str, count: usize) -> String {
    format!("{name}(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM {name} WHERE i + 1 < {count})")
}

const THEN: &str = "'2025-01-01 00:00:00'";

fn catalogue(conn: &mut Conn, stored: &[Stored]) -> QueryResult<()> {
    let mut run = |sql: String| diesel::sql_query(sql).execute(conn);
    run(format!(
        "INSERT INTO accounts (public_id, email, email_key, name, password_hash, role, created_at, updated_at) \
         VALUES ('publisher', 'p@localhost', 'p@localhost', 'P', 'none', 'publisher', {THEN}, {THEN})"
    ))?;
    run(format!(
        "INSERT INTO books (public_id, slug, title, language, status, price_minor, currency, publisher_id, \
         published_at, created_at, updated_at) WITH RECURSIVE {} SELECT 'book' || n.i, 'book' || n.i, 'Book', 'en', \
         'published', 499, 'EUR', a.id, {THEN}, {THEN}, {THEN} FROM n JOIN accounts a ON a.public_id = 'publisher'",
        numbers("n", BOOKS)
    ))?;
    run(format!(
        "INSERT INTO editions (book_id, number, published_at, created_at) SELECT id, 1, {THEN}, {THEN} FROM books"
    ))?;
    for (number, stored) in stored.iter().enumerate() {
        diesel::sql_query(format!(
            "INSERT INTO book_files (public_id, book_id, edition_id, format, is_sample, file_name, media_type, \
             byte_length, sha256, storage_key, created_at) SELECT 'file{number}', b.id, e.id, 'epub', FALSE, \
             'Book.epub', 'application/epub+zip', $1, $2, $3, {THEN} FROM books b JOIN editions e ON e.book_id = b.id \
             WHERE b.public_id = 'book{number}'"
        ))
        .bind::<BigInt, _>(i64::try_from(stored.length).unwrap())
        .bind::<Text, _>(hex(&stored.sha256))
        .bind::<Text, _>(stored.key.as_str())
        .execute(conn)?;
    }
    Ok(())
}

/// Readers `from` to `to`, with their orders.
fn grow(conn: &mut Conn, from: usize, to: usize) -> QueryResult<()> {
    diesel::sql_query(format!(
        "INSERT INTO accounts (public_id, email, email_key, email_confirmed_at, name, password_hash, role, created_at, \
         updated_at) WITH RECURSIVE {} SELECT 'reader' || (n.i + {from}), (n.i + {from}) || '@localhost', \
         (n.i + {from}) || '@localhost', {THEN}, '', 'none', 'customer', {THEN}, {THEN} FROM n",
        numbers("n", to - from)
    ))
    .execute(conn)?;
    let label = format!("to{to}");
    insert_orders(conn, &label, (to - from) * ORDERS_EACH, &format!("n.i / {ORDERS_EACH} + {from}"))?;
    let books = format!("((o.reader * {ITEMS} + o.i % {ORDERS_EACH} * {ITEMS} + k.i) % {BOOKS})");
    insert_items(conn, &label, &books)
}

/// `count` paid orders; `reader` says whose the order `n.i` is.
fn insert_orders(conn: &mut Conn, label: &str, count: usize, reader: &str) -> QueryResult<()> {
    let total = ITEMS * 499;
    diesel::sql_query(format!(
        "INSERT INTO orders (public_id, number, account_id, email, email_key, currency, subtotal_minor, \
         discount_minor, total_minor, status, gateway, livemode, cart_fingerprint, created_at, updated_at, paid_at) \
         WITH RECURSIVE {} SELECT '{label}-' || n.i, '{label}-' || n.i, a.id, a.email, a.email_key, 'EUR', {total}, 0, \
         {total}, 'paid', 'sandbox', FALSE, '', {THEN}, {THEN}, {THEN} \
         FROM n JOIN accounts a ON a.public_id = 'reader' || ({reader})",
        numbers("n", count)
    ))
    .execute(conn)
    .map(drop)
}

/// Ten books for each order of `label`; `book` says which, from `o.reader`, the order's own number `o.i` and the
/// item's, `k.i`.
fn insert_items(conn: &mut Conn, label: &str, book: &str) -> QueryResult<()> {
    let number = format!("CAST(substr(orders.public_id, {}) AS INTEGER)", label.len() + 2);
    let reader = "CAST(substr(accounts.public_id, 7) AS INTEGER)";
    diesel::sql_query(format!(
        "INSERT INTO line_items (order_id, book_id, edition_id, title, price_minor) WITH RECURSIVE {} \
         SELECT o.id, b.id, e.id, 'Book', 499 \
         FROM (SELECT orders.id AS id, {number} AS i, {reader} AS reader FROM orders \
               JOIN accounts ON accounts.id = orders.account_id WHERE orders.public_id LIKE '{label}-%') o \
         CROSS JOIN k JOIN books b ON b.public_id = 'book' || {book} JOIN editions e ON e.book_id = b.id",
        numbers("k", ITEMS)
    ))
    .execute(conn)
    .map(drop)
}

/// Signs a reader in; the secret of the session.
fn sign_in(conn: &mut Conn, reader: usize) -> QueryResult<String> {
    let token = Token::new();
    let now = chrono::Utc::now().naive_utc();
    diesel::sql_query(
        "INSERT INTO sessions (token_hash, account_id, user_agent, created_at, last_seen_at, expires_at) \
         SELECT $1, id, '', $2, $2, $3 FROM accounts WHERE public_id = $4",
    )
    .bind::<Text, _>(token.hash().as_str())
    .bind::<diesel::sql_types::Timestamp, _>(now)
    .bind::<diesel::sql_types::Timestamp, _>(now + chrono::TimeDelta::days(30))
    .bind::<Text, _>(format!("reader{reader}"))
    .execute(conn)?;
    Ok(token.secret().to_owned())
}
