//! One bundle, one book whose price readers name, and one code, so that a new shop shows them.

use diesel::prelude::*;

use super::SeedError;
use crate::catalog::slug::slug;
use crate::catalog::{Book, BookId};
use crate::db::schema::{discount_codes, price_rules};
use crate::db::{Conn, Db, Timestamp, insert_once};
use crate::ids;
use crate::money::{Currency, Money};
use crate::pricing::bundle::{BundleError, NewBundle};
use crate::pricing::{Bundle, CodeKind, pay_what_you_want};

/// The code that anyone may use in the demo.
pub const CODE: &str = "WELCOME10";
/// The bundle, and its books.
const BUNDLE: (&str, [&str; 2]) = ("By the water", ["The Borrowed Dory", "Lighthouses, Lit and Unlit"]);
/// What a bundle costs of its books' prices, in percent.
const BUNDLE_PERCENT: i64 = 75;
/// The book whose price readers name.
const NAMED: &str = "The Salt Packet";
/// The least for it, in cents.
const NAMED_LEAST: i64 = 100;

/// Makes what is missing of them.
pub(super) fn seed(db: &Db) -> Result<(), SeedError> {
    let opening = super::people::opening();
    db.write_blocking(move |conn| code(conn, opening))?;
    db.write_blocking(move |conn| named(conn, opening))?;
    db.write_blocking(move |conn| bundle(conn, opening))
        .map_err(|error| SeedError::Account(format!("the bundle: {error}")))
}

fn code(conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
    insert_once!(
        conn,
        discount_codes::table,
        (
            discount_codes::public_id.eq(ids::public_id()),
            discount_codes::code.eq(CODE),
            discount_codes::kind.eq(CodeKind::Percent),
            discount_codes::basis_points.eq(1000_i64),
            discount_codes::currency.eq(Currency::EUR.code()),
            discount_codes::every_book.eq(true),
            discount_codes::customer_limit.eq(1_i64),
            discount_codes::note.eq("For new readers: 10% off the first order."),
            discount_codes::created_at.eq(now),
            discount_codes::updated_at.eq(now),
        )
    )
    .map(drop)
}

fn named(conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
    let Some(book) = Book::find_by_slug(conn, &slug(NAMED))? else { return Ok(()) };
    let there = price_rules::table.find(book.id).count().get_result::<i64>(conn)?;
    if there > 0 || book.price_minor < NAMED_LEAST {
        return Ok(());
    }
    pay_what_you_want::set(conn, book.id, Some(NAMED_LEAST), now)
}

fn bundle(conn: &mut Conn, now: Timestamp) -> Result<(), BundleError> {
    let (title, titles) = BUNDLE;
    if Bundle::find_by_slug(conn, &slug(title))?.is_some() {
        return Ok(());
    }
    let mut books: Vec<BookId> = Vec::new();
    let mut singly = 0;
    for title in titles {
        if let Some(book) = Book::find_by_slug(conn, &slug(title))? {
            books.push(book.id);
            singly += book.price_minor;
        }
    }
    if books.len() < titles.len() {
        return Ok(());
    }
    let least = Money::new(50, Currency::EUR);
    let new = NewBundle {
        title: title.to_owned(),
        description: "A novel and a guide for the same shelf of coast: read one, then go and look."
            .to_owned(),
        price: Money::new(singly * BUNDLE_PERCENT / 100, Currency::EUR),
        books,
    };
    Bundle::create(conn, &new, least, now)?.publish(conn, least, now)
}
