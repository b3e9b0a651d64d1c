//! A bundle as an admin types it, and what is wrong with that.

use super::book_list;
use super::bundle::{Bundle, BundleError, NewBundle};
use crate::catalog::BookId;
use crate::db::{Conn, Timestamp};
use crate::money::{Currency, Money};
use crate::web::Errors;

/// The fields of a bundle's form, as typed.
#[derive(Debug, Clone, Default)]
pub struct BundleText {
    /// The title.
    pub title: String,
    /// What its page says, in Markdown.
    pub description: String,
    /// The price.
    pub price: String,
    /// The books, one a line.
    pub books: String,
}

/// Why the fields were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A sentence for each field that can't be used.
    #[error("the form can't be used")]
    Form(Errors),
    /// The database failed.
    #[error("The bundle can't be saved just now.")]
    Database(#[from] diesel::result::Error),
}

impl BundleText {
    /// The fields of a bundle that is there, to be changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, bundle: &Bundle, shop: Currency) -> diesel::QueryResult<Self> {
        let books = Bundle::books_of(conn, &[bundle.id])?.remove(&bundle.id).unwrap_or_default();
        let ids: Vec<BookId> = books.iter().map(|book| book.id).collect();
        let price = bundle.asked().unwrap_or_else(|| Money::new(bundle.price_minor, shop));
        Ok(Self {
            title: bundle.title.clone(),
            description: bundle.description.clone(),
            price: price.plain(),
            books: book_list::text_of(conn, &ids)?,
        })
    }

    /// Saves the fields as a new bundle, or into `bundle`; returns it. `least` is the least that the gateway charges,
    /// in the shop's currency.
    ///
    /// # Errors
    /// A sentence for each field that can't be used, or the database's error.
    pub fn save(
        &self,
        conn: &mut Conn,
        bundle: Option<Bundle>,
        least: Money,
        now: Timestamp,
    ) -> Result<Bundle, SaveError> {
        let mut errors = Errors::none();
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || title.chars().count() > 200 {
            errors.add("title", "Please type a title of at most 200 characters.");
        }
        if self.description.chars().count() > 10_000 {
            errors.add("description", "Please shorten the description to 10,000 characters.");
        }
        let price = Money::parse(&self.price, least.currency).unwrap_or_else(|wrong| {
            errors.add("price", wrong.to_string());
            Money::zero(least.currency)
        });
        let books = book_list::find(conn, &self.books)?.unwrap_or_else(|sentence| {
            errors.add("books", sentence);
            Vec::new()
        });
        if !errors.is_empty() {
            return Err(SaveError::Form(errors));
        }
        let new = NewBundle { title, description: self.description.clone(), price, books };
        let saved = match bundle {
            Some(bundle) => bundle.change(conn, &new, least, now).map(|()| bundle),
            None => Bundle::create(conn, &new, least, now),
        };
        saved.map_err(|error| match error {
            BundleError::Database(error) => SaveError::Database(error),
            wrong @ (BundleError::Dearer { .. } | BundleError::Uncharged(_) | BundleError::Sum(_)) => {
                SaveError::Form(Errors::at("price", wrong.to_string()))
            }
            wrong => SaveError::Form(Errors::at("books", wrong.to_string())),
        })
    }
}
