//! A book's price as an admin types it, and what is wrong with that.

use std::collections::HashMap;

use diesel::prelude::*;

use super::pay_what_you_want::{self, PriceRule};
use crate::catalog::{Book, BookId};
use crate::db::schema::books;
use crate::db::{Conn, Timestamp};
use crate::money::Money;
use crate::web::Errors;

/// The fields of a price's form, as typed.
#[derive(Debug, Clone, Default)]
pub struct PriceText {
    /// `fixed`, `named` or `free`.
    pub kind: String,
    /// The price, or what the page suggests where readers name it.
    pub price: String,
    /// The least, where readers name it; empty for nothing.
    pub minimum: String,
}

/// A price to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPrice {
    /// The price, or the suggestion.
    pub price: Money,
    /// The least in minor units, where readers name the price.
    pub minimum_minor: Option<i64>,
}

impl PriceText {
    /// The fields of a book.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, book: &Book) -> QueryResult<Self> {
        let plain = |price: Option<Money>| price.map(Money::plain).unwrap_or_default();
        let rule = PriceRule::of(conn, book)?;
        let kind = match &rule {
            Some(_) => "named",
            None if book.price_minor == 0 => "free",
            None => "fixed",
        };
        Ok(Self {
            kind: kind.to_owned(),
            price: if book.price_minor == 0 { String::new() } else { plain(book.price()) },
            minimum: plain(rule.map(|rule| rule.minimum)),
        })
    }

    /// The price that the fields say. `least` is the least that the gateway charges, in the shop's currency.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn check(&self, least: Money) -> Result<NewPrice, Errors> {
        let zero = Money::zero(least.currency);
        if self.kind == "free" {
            return Ok(NewPrice { price: zero, minimum_minor: None });
        }
        let mut errors = Errors::none();
        let price = match Money::parse(&self.price, least.currency) {
            Ok(price) if price.minor >= least.minor => price,
            Ok(price) if price.is_zero() && self.kind == "fixed" => {
                errors.add("price", "For a book that costs nothing choose “Free”.");
                zero
            }
            Ok(_) => {
                errors.add("price", format!("The smallest amount that can be charged is {least}."));
                zero
            }
            Err(wrong) => {
                errors.add("price", wrong.to_string());
                zero
            }
        };
        let mut minimum_minor = None;
        if self.kind == "named" {
            let typed = if self.minimum.trim().is_empty() { "0" } else { self.minimum.as_str() };
            match Money::parse(typed, least.currency) {
                Ok(minimum) if minimum.minor > 0 && minimum.minor < least.minor => {
                    errors.add(
                        "minimum",
                        format!("The smallest amount that can be charged is {least}; 0 is fine, too."),
                    );
                }
                Ok(minimum) if minimum.minor > price.minor => {
                    errors.add("minimum", "The least can’t be more than what the page suggests.");
                }
                Ok(minimum) => minimum_minor = Some(minimum.minor),
                Err(wrong) => errors.add("minimum", wrong.to_string()),
            }
        } else if self.kind != "fixed" {
            errors.add("kind", "Please choose how the book is priced.");
        }
        errors.or(|| NewPrice { price, minimum_minor })
    }
}

impl NewPrice {
    /// Gives the book this price, for sales from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save(&self, conn: &mut Conn, book: BookId, now: Timestamp) -> QueryResult<()> {
        Book::reprice(conn, book, self.price, now)?;
        pay_what_you_want::set(conn, book, self.minimum_minor, now)
    }
}

/// A page of books by title whose title holds `search`, with the least of those whose price readers name; and how many
/// there are.
///
/// # Errors
/// When the database fails.
pub fn list(
    conn: &mut Conn,
    search: &str,
    offset: i64,
    limit: i64,
) -> QueryResult<(Vec<Book>, HashMap<BookId, i64>)> {
    let rows: Vec<Book> = books::table
        .filter(books::sort_title.like(pattern(search)))
        .order((books::sort_title, books::id))
        .offset(offset)
        .limit(limit)
        .select(Book::as_select())
        .load(conn)?;
    let ids: Vec<BookId> = rows.iter().map(|book| book.id).collect();
    let minimums = PriceRule::minimums(conn, &ids)?;
    Ok((rows, minimums))
}

/// How many books [`list`] has.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, search: &str) -> QueryResult<i64> {
    books::table.filter(books::sort_title.like(pattern(search))).count().get_result(conn)
}

/// The book with this public id, whatever its status.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Book>> {
    books::table.filter(books::public_id.eq(public_id)).select(Book::as_select()).first(conn).optional()
}

/// What a title that holds `search` is like; signs that mean something to the database are left out.
fn pattern(search: &str) -> String {
    let bare: String = crate::catalog::words::sort_key(search)
        .chars()
        .filter(|sign| !matches!(sign, '%' | '_' | '\\' | '\0'))
        .collect();
    format!("%{bare}%")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn check(kind: &str, price: &str, minimum: &str) -> Result<NewPrice, Errors> {
        let text = PriceText { kind: kind.to_owned(), price: price.to_owned(), minimum: minimum.to_owned() };
        text.check(Money::new(50, Currency::EUR))
    }

    #[test]
    fn a_price_is_nothing_or_can_be_charged() {
        let euros = |minor| Money::new(minor, Currency::EUR);
        assert_eq!(check("fixed", "4,99", ""), Ok(NewPrice { price: euros(499), minimum_minor: None }));
        assert_eq!(check("free", "", ""), Ok(NewPrice { price: euros(0), minimum_minor: None }));
        assert_eq!(check("named", "5", ""), Ok(NewPrice { price: euros(500), minimum_minor: Some(0) }));
        assert_eq!(check("named", "5", "0.50"), Ok(NewPrice { price: euros(500), minimum_minor: Some(50) }));
        for (kind, price, minimum, field) in [
            ("fixed", "0.49", "", "price"),
            ("fixed", "0", "", "price"),
            ("fixed", "", "", "price"),
            ("named", "0", "", "price"),
            ("named", "5", "0.10", "minimum"),
            ("named", "5", "6", "minimum"),
            ("named", "5", "x", "minimum"),
            ("", "5", "", "kind"),
        ] {
            let errors = check(kind, price, minimum).unwrap_err();
            assert!(!errors.of(field).is_empty(), "{kind} {price} {minimum}: {errors:?}");
        }
    }
}
