//! A title in the catalogue.

use diesel::prelude::*;

use super::SeriesId;
use super::slug::is_slug;
use crate::accounts::AccountId;
use crate::db::schema::books;
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::money::{Currency, Money};

row_id!(
    /// The row of a book.
    BookId
);

text_enum! {
    /// Where a book is on its way to the readers.
    pub enum BookStatus {
        /// Being prepared by its publisher.
        Draft = "draft",
        /// Waiting for an admin's yes.
        InReview = "in_review",
        /// For sale.
        Published = "published",
        /// No longer for sale; who bought it keeps it.
        Archived = "archived",
    }
}

/// A title in the catalogue.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = books)]
pub struct Book {
    /// The row.
    pub id: BookId,
    /// The id that shows.
    pub public_id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The subtitle; may be empty.
    pub subtitle: String,
    /// What the book's page says of it, in Markdown.
    pub description: String,
    /// BCP 47 tag.
    pub language: String,
    /// Whether it is for sale.
    pub status: BookStatus,
    /// The price in minor units of `currency`; 0 is free.
    pub price_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The series it belongs to.
    pub series_id: Option<SeriesId>,
    /// Its place there.
    pub series_position: Option<i32>,
    /// The account that sells it.
    pub publisher_id: AccountId,
    /// When it was first for sale.
    pub published_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Book {
    /// The book with this row id, whatever its status.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: BookId) -> QueryResult<Option<Self>> {
        books::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The book of an address, whatever its status.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_slug(conn: &mut Conn, slug: &str) -> QueryResult<Option<Self>> {
        if !is_slug(slug) {
            return Ok(None);
        }
        books::table.filter(books::slug.eq(slug)).select(Self::as_select()).first(conn).optional()
    }

    /// The price, or nothing when its currency is one that the shop does not know (then it is not for sale).
    #[must_use]
    pub fn price(&self) -> Option<Money> {
        let currency: Currency = self.currency.parse().ok()?;
        Some(Money::new(self.price_minor, currency))
    }
}
