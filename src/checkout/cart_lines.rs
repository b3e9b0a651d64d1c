//! The cart as its owner sees it: each book with its price of this moment, and what stands in the way of buying it.

use diesel::prelude::*;

use super::cart::CartId;
use crate::catalog::{Book, BookId, BookStatus, Brief};
use crate::db::Conn;
use crate::db::schema::{books, cart_items};
use crate::money::{Currency, Money, SumError};
use crate::permission::{Holding, Viewer};

/// Why a book in the cart can't be bought. The sentences are for the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not for sale, or not in this shop's currency.
    #[error("This book is no longer available.")]
    Unavailable,
    /// The buyer has it.
    #[error("You own this book already.")]
    Owned,
}

/// One book in the cart.
#[derive(Debug, Clone)]
pub struct Line {
    /// The book in few words.
    pub book: Brief,
    /// What it costs now; nothing when it is not for sale.
    pub price: Option<Money>,
    /// What stands in the way.
    pub problem: Option<Problem>,
}

/// The cart's content at one moment.
#[derive(Debug, Clone)]
pub struct Content {
    /// The books, in the order they were put in.
    pub lines: Vec<Line>,
    /// The sum of those that can be bought.
    pub total: Money,
}

/// Why the cart's content can't be told.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// The sum does not fit.
    #[error(transparent)]
    Sum(#[from] SumError),
    /// It could not be read.
    #[error("The cart can't be opened just now.")]
    Database(#[from] diesel::result::Error),
}

impl Content {
    /// A cart with nothing in it.
    #[must_use]
    pub const fn empty(currency: Currency) -> Self {
        Self { lines: Vec::new(), total: Money::zero(currency) }
    }

    /// What the cart holds, with prices from the catalogue; five queries, whatever it holds.
    ///
    /// # Errors
    /// When the database fails, or the prices add up to more than fits.
    pub fn load(
        conn: &mut Conn,
        cart: Option<CartId>,
        viewer: &Viewer,
        currency: Currency,
    ) -> Result<Self, ContentError> {
        let Some(cart) = cart else { return Ok(Self::empty(currency)) };
        let rows: Vec<Book> = cart_items::table
            .inner_join(books::table)
            .filter(cart_items::cart_id.eq(cart))
            .order((cart_items::added_at, cart_items::book_id))
            .select(Book::as_select())
            .load(conn)?;
        let ids: Vec<BookId> = rows.iter().map(|book| book.id).collect();
        let mut briefs = Brief::of(conn, &ids)?;
        let holdings = Holding::of(conn, viewer, None)?;
        let owned = |id: BookId| holdings.iter().any(|held| held.book_id == id && held.open().is_ok());
        let mut content = Self::empty(currency);
        for row in rows {
            let Some(book) = briefs.remove(&row.id) else { continue };
            let price =
                row.price().filter(|price| price.currency == currency && row.status == BookStatus::Published);
            let problem = match price {
                None => Some(Problem::Unavailable),
                Some(_) if owned(row.id) => Some(Problem::Owned),
                Some(_) => None,
            };
            if let (Some(price), None) = (price, problem) {
                content.total = content.total.checked_add(price)?;
            }
            content.lines.push(Line { book, price, problem });
        }
        Ok(content)
    }

    /// Whether there is something to buy, and nothing that can't be bought.
    #[must_use]
    pub fn can_check_out(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.problem.is_none())
    }
}
