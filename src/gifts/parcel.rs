//! All that a gift's page shows: the books and what can be done with them, and nothing of the order's money.

use std::collections::HashSet;

use diesel::prelude::*;

use super::Gift;
use crate::catalog::{BookFile, BookId, Brief, EditionFiles};
use crate::db::Conn;
use crate::orders::LineItem;
use crate::permission::{Denial, Holding, Viewer};

/// A gift with its books.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The gift.
    pub gift: Gift,
    /// What is in it.
    pub books: Vec<Given>,
}

/// One book of a gift.
#[derive(Debug, Clone)]
pub struct Given {
    /// The title as at the sale.
    pub title: String,
    /// As it is now.
    pub book: Option<Brief>,
    /// The newest edition's files, if they may be had.
    pub files: Vec<BookFile>,
    /// Why they may not.
    pub closed: Option<Denial>,
    /// Whether the viewer has the book by another way, too.
    pub is_known: bool,
}

impl Parcel {
    /// Loads what a gift's page shows to its viewer; the number of queries does not grow with the gift.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, viewer: &Viewer, gift: Gift) -> QueryResult<Self> {
        let items = LineItem::of_order(conn, gift.order_id)?;
        let ids: Vec<BookId> = items.iter().map(|item| item.book_id).collect();
        let mut briefs = Brief::of(conn, &ids)?;
        let mut editions = EditionFiles::of_books(conn, &ids)?;
        let (of_gift, others): (Vec<Holding>, Vec<Holding>) =
            Holding::of(conn, viewer, None)?.into_iter().partition(|held| held.order_id == gift.order_id);
        let known: HashSet<BookId> =
            others.iter().filter(|held| held.open().is_ok()).map(|held| held.book_id).collect();
        let books = items.into_iter().map(|item| {
            let held = of_gift.iter().find(|held| held.book_id == item.book_id && held.by_gift);
            let closed = held.map_or(Some(Denial::NotBought), |held| held.open().err());
            let newest = editions.remove(&item.book_id).and_then(|editions| editions.into_iter().next());
            let files = match (closed, newest) {
                (None, Some(newest)) => newest.files,
                _ => Vec::new(),
            };
            Given {
                is_known: known.contains(&item.book_id),
                book: briefs.remove(&item.book_id),
                title: item.title,
                files,
                closed,
            }
        });
        Ok(Self { books: books.collect(), gift })
    }

    /// Whether nothing in it can be had any more, or just now.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.books.iter().all(|book| book.closed.is_some())
    }
}
