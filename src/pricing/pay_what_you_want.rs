//! Books for which readers name the price.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::catalog::{Book, BookId};
use crate::db::schema::price_rules;
use crate::db::{Conn, Timestamp};
use crate::money::{AmountError, Currency, Money};

/// What a reader may pay for a book: the suggestion is the book's own price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRule {
    /// The least; may be nothing.
    pub minimum: Money,
    /// What the page suggests.
    pub suggested: Money,
}

/// Why an amount is not taken. The sentences are for the reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamedPriceError {
    /// It is no amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// It is too little.
    #[error("The least for this book is {0}.")]
    TooLittle(Money),
    /// It can't be charged.
    #[error("The smallest amount that can be charged is {0}.")]
    Uncharged(Money),
    /// It can't be charged, but nothing at all is fine.
    #[error("The smallest amount that can be charged is {0}; 0 is fine, too.")]
    UnchargedButNothing(Money),
}

impl PriceRule {
    /// The rule of a book, if readers name its price.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, book: &Book) -> QueryResult<Option<Self>> {
        let minimum: Option<i64> =
            price_rules::table.find(book.id).select(price_rules::minimum_minor).first(conn).optional()?;
        Ok(minimum.and_then(|minimum| Self::new(book, minimum)))
    }

    /// The least for each of these books whose readers name the price, in minor units of the book's currency.
    ///
    /// # Errors
    /// When the database fails.
    pub fn minimums(conn: &mut Conn, books: &[BookId]) -> QueryResult<HashMap<BookId, i64>> {
        let rows: Vec<(BookId, i64)> = price_rules::table
            .filter(price_rules::book_id.eq_any(books.to_vec()))
            .select((price_rules::book_id, price_rules::minimum_minor))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// The rule of a book with this least amount; nothing for a book in an unknown currency, or for one that is free.
    #[must_use]
    pub fn new(book: &Book, minimum_minor: i64) -> Option<Self> {
        let suggested = book.price().filter(|price| !price.is_zero())?;
        Some(Self { minimum: Money::new(minimum_minor, suggested.currency), suggested })
    }

    /// The price that a reader typed. `least` is the least that the gateway charges.
    ///
    /// # Errors
    /// When it is no amount, below the minimum, or can't be charged.
    pub fn named(&self, typed: &str, least: Money) -> Result<Money, NamedPriceError> {
        let price = Money::parse(typed, self.currency())?;
        self.check(price, least)?;
        Ok(price)
    }

    /// Whether a price may be paid.
    ///
    /// # Errors
    /// When it is below the minimum, or can't be charged.
    pub fn check(&self, price: Money, least: Money) -> Result<(), NamedPriceError> {
        if price.minor < self.minimum.minor {
            return Err(NamedPriceError::TooLittle(self.minimum));
        }
        if price.minor > 0 && price.minor < least.minor {
            return Err(if self.minimum.is_zero() {
                NamedPriceError::UnchargedButNothing(least)
            } else {
                NamedPriceError::Uncharged(least)
            });
        }
        Ok(())
    }

    /// The currency of both amounts.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.suggested.currency
    }
}

/// Lets readers name a book's price, or fixes it (`minimum_minor` of nothing).
///
/// # Errors
/// When the database fails.
pub fn set(conn: &mut Conn, book: BookId, minimum_minor: Option<i64>, now: Timestamp) -> QueryResult<()> {
    diesel::delete(price_rules::table.find(book)).execute(conn)?;
    if let Some(minimum) = minimum_minor {
        diesel::insert_into(price_rules::table)
            .values((
                price_rules::book_id.eq(book),
                price_rules::minimum_minor.eq(minimum),
                price_rules::updated_at.eq(now),
            ))
            .execute(conn)?;
    }
    Ok(())
}
