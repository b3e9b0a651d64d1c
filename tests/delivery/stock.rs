//! What a shop of these tests has in its database: books on sale, and who bought them.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::UNIX_EPOCH;

use bookplate::accounts::AccountId;
use bookplate::catalog::{BookId, EditionId};
use bookplate::db::{Conn, Db, Timestamp};
use bookplate::ids::{Token, hex};
use bookplate::orders::OrderId;
use bookplate::storage::{Incoming, Store, Stored};
use diesel::prelude::*;

use crate::shop::{FILE_TIME, OnSale};

/// Puts `files` on sale and sells them all to one guest; gives that guest's cookie.
pub fn stock(db: &Db, store: &Store, files: &[OnSale<'_>]) -> String {
    let now = chrono::DateTime::UNIX_EPOCH.naive_utc() + chrono::TimeDelta::days(20_000);
    let stored: Vec<Filed> = files.iter().map(|file| keep(store, file)).collect();
    let token = Token::new();
    let hash = token.hash();
    db.write_blocking(move |conn| {
        let publisher = insert_publisher(conn, now)?;
        let mut books = Vec::new();
        for filed in &stored {
            books.push(insert_book(conn, publisher, filed, now)?);
        }
        let order = sell(conn, "order", None, &books, now)?;
        give_key(conn, order, hash.as_str(), now)
    })
    .unwrap();
    format!("bookplate-orders={}", token.secret())
}

/// A file in the store with its id and name.
type Filed = (String, String, Stored);

/// Keeps a file that came in long ago, while no shop runs: one would clear away what was never kept since.
fn keep(store: &Store, file: &OnSale<'_>) -> Filed {
    let incoming = receive(store, file);
    set_time(incoming.path());
    kept(file, incoming)
}

/// Keeps a file while a shop runs. In a bucket it is as old as it is.
fn keep_meanwhile(store: &Store, file: &OnSale<'_>) -> Filed {
    let filed = kept(file, receive(store, file));
    if let Some(local) = store.local() {
        set_time(&local.root().join(filed.2.key.as_str()));
    }
    filed
}

fn receive(store: &Store, file: &OnSale<'_>) -> Incoming {
    let mut incoming = store.receive().unwrap();
    incoming.write_all(file.bytes).unwrap();
    incoming
}

fn kept(file: &OnSale<'_>, incoming: Incoming) -> Filed {
    let extension = file.name.rsplit_once('.').map_or("", |(_, extension)| extension);
    (file.id.to_owned(), file.name.to_owned(), incoming.keep(extension).unwrap())
}

fn set_time(file: &Path) {
    File::options().write(true).open(file).unwrap().set_modified(UNIX_EPOCH + FILE_TIME).unwrap();
}

/// Puts one more file of the book on sale that has the file `of`, under its extension as its format.
pub fn add_format(db: &Db, store: &Store, of: &str, file: &OnSale<'_>) {
    use bookplate::db::schema::book_files;
    let (of, filed) = (of.to_owned(), keep_meanwhile(store, file));
    db.write_blocking(move |conn| {
        let of = book_files::table.filter(book_files::public_id.eq(of));
        let (book, edition, now): (i64, i64, Timestamp) =
            of.select((book_files::book_id, book_files::edition_id, book_files::created_at)).first(conn)?;
        let format = filed.1.rsplit_once('.').map_or("", |(_, extension)| extension);
        insert_file(conn, (BookId(book), EditionId(edition)), format, &filed, now)
    })
    .unwrap();
}

fn insert_publisher(conn: &mut Conn, now: Timestamp) -> QueryResult<AccountId> {
    use bookplate::db::schema::accounts::dsl::*;
    diesel::insert_into(accounts)
        .values((
            public_id.eq("publisher"),
            email.eq("publisher@localhost"),
            email_key.eq("publisher@localhost"),
            name.eq("A publisher"),
            password_hash.eq("none"),
            role.eq("publisher"),
            created_at.eq(now),
            updated_at.eq(now),
        ))
        .returning(id)
        .get_result(conn)
        .map(AccountId)
}

/// A paid order of `account`, or of a guest, that holds these books. `name` is its public id and its number.
pub fn sell(
    conn: &mut Conn,
    name: &str,
    account: Option<AccountId>,
    books: &[BookId],
    now: Timestamp,
) -> QueryResult<OrderId> {
    use bookplate::db::schema::{line_items, orders};
    let order: OrderId = diesel::insert_into(orders::table)
        .values((
            orders::public_id.eq(name),
            orders::number.eq(name),
            orders::account_id.eq(account),
            orders::email.eq("guest@localhost"),
            orders::email_key.eq("guest@localhost"),
            orders::currency.eq("EUR"),
            orders::subtotal_minor.eq(499),
            orders::total_minor.eq(499),
            orders::discount_minor.eq(0),
            orders::status.eq("paid"),
            orders::gateway.eq("sandbox"),
            orders::livemode.eq(false),
            orders::cart_fingerprint.eq(""),
            orders::created_at.eq(now),
            orders::updated_at.eq(now),
        ))
        .returning(orders::id)
        .get_result(conn)
        .map(OrderId)?;
    for book in books {
        diesel::insert_into(line_items::table)
            .values((
                line_items::order_id.eq(order),
                line_items::book_id.eq(book),
                line_items::title.eq("as at the sale"),
                line_items::price_minor.eq(499),
            ))
            .execute(conn)?;
    }
    Ok(order)
}

/// Lets the bearer of the token with this hash read what is in the order.
pub fn give_key(conn: &mut Conn, order: OrderId, hash: &str, now: Timestamp) -> QueryResult<()> {
    use bookplate::db::schema::order_tokens;
    diesel::insert_into(order_tokens::table)
        .values((
            order_tokens::order_id.eq(order),
            order_tokens::token_hash.eq(hash),
            order_tokens::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

fn insert_book(conn: &mut Conn, publisher: AccountId, filed: &Filed, now: Timestamp) -> QueryResult<BookId> {
    use bookplate::db::schema::{books, editions};
    let (file_id, file_name, _) = filed;
    let book: BookId = diesel::insert_into(books::table)
        .values((
            books::public_id.eq(file_id),
            books::slug.eq(file_id),
            books::title.eq(file_name),
            books::language.eq("en"),
            books::status.eq("published"),
            books::price_minor.eq(499),
            books::currency.eq("EUR"),
            books::publisher_id.eq(publisher),
            books::published_at.eq(Some(now)),
            books::created_at.eq(now),
            books::updated_at.eq(now),
        ))
        .returning(books::id)
        .get_result(conn)
        .map(BookId)?;
    let edition: EditionId = diesel::insert_into(editions::table)
        .values((
            editions::book_id.eq(book),
            editions::number.eq(1),
            editions::published_at.eq(Some(now)),
            editions::created_at.eq(now),
        ))
        .returning(editions::id)
        .get_result(conn)
        .map(EditionId)?;
    insert_file(conn, (book, edition), "file", filed, now)?;
    Ok(book)
}

fn insert_file(
    conn: &mut Conn,
    (book, edition): (BookId, EditionId),
    format: &str,
    (id, name, stored): &Filed,
    now: Timestamp,
) -> QueryResult<()> {
    use bookplate::db::schema::book_files;
    diesel::insert_into(book_files::table)
        .values((
            book_files::public_id.eq(id),
            book_files::book_id.eq(book),
            book_files::edition_id.eq(edition),
            book_files::format.eq(format),
            book_files::is_sample.eq(false),
            book_files::file_name.eq(name),
            book_files::media_type.eq("application/octet-stream"),
            book_files::byte_length.eq(i64::try_from(stored.length).unwrap()),
            book_files::sha256.eq(hex(&stored.sha256)),
            book_files::storage_key.eq(stored.key.as_str()),
            book_files::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
