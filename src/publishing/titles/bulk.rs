//! One act on several titles.

use diesel::prelude::*;

use crate::catalog::{Book, BookStatus, Category, CategoryId, PublishError};
use crate::db::schema::{book_categories, books};
use crate::db::{Conn, Timestamp, insert_once};
use crate::money::Money;
use crate::pricing::PriceRule;
use crate::pricing::price_text::{NewPrice, PriceText};
use crate::publishing::release::{ReleaseError, release};
use crate::publishing::{Plan, Review};

/// What is done to several titles.
#[derive(Debug, Clone)]
pub enum Bulk {
    /// They are taken off the shelves.
    Archive,
    /// They, or their editions in preparation, come out.
    Publish,
    /// They stand in this category, too.
    Shelve(Category),
    /// They stand in this category no more.
    Unshelve(Category),
    /// They cost this.
    Price(NewPrice),
}

/// What was chosen, as typed.
#[derive(Debug, Clone, Default)]
pub struct BulkText {
    /// `archive`, `publish`, `shelve`, `unshelve` or `price`.
    pub action: String,
    /// A category's name in addresses.
    pub category: String,
    /// A price.
    pub price: String,
}

/// Why a title stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// By the rules of publishing.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A fixed price would end this.
    #[error("its readers name the price; change that one by one")]
    NamedPrice,
    /// It costs that already, stands there already, or doesn't.
    #[error("it is so already")]
    Already,
}

impl From<diesel::result::Error> for BulkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Release(error.into())
    }
}

impl BulkText {
    /// What was chosen. `least` is the least that the gateway charges, in the shop's currency.
    ///
    /// # Errors
    /// The database's; inside, what is missing, in a sentence.
    pub fn check(&self, conn: &mut Conn, least: Money) -> QueryResult<Result<Bulk, String>> {
        Ok(match self.action.as_str() {
            "archive" => Ok(Bulk::Archive),
            "publish" => Ok(Bulk::Publish),
            "shelve" | "unshelve" => match Category::find_by_slug(conn, &self.category)? {
                Some(category) if self.action == "shelve" => Ok(Bulk::Shelve(category)),
                Some(category) => Ok(Bulk::Unshelve(category)),
                None => Err("Please choose a category.".to_owned()),
            },
            "price" => {
                let is_free = Money::parse(&self.price, least.currency).is_ok_and(Money::is_zero);
                let kind = if is_free { "free" } else { "fixed" };
                let text =
                    PriceText { kind: kind.to_owned(), price: self.price.clone(), ..PriceText::default() };
                text.check(least).map(Bulk::Price).map_err(|errors| errors.of("price").to_owned())
            }
            _ => Err("Please choose what to do with the titles.".to_owned()),
        })
    }
}

impl Bulk {
    /// What was done, for one or several.
    #[must_use]
    pub fn done(&self) -> String {
        match self {
            Self::Archive => "taken off the shelves".to_owned(),
            Self::Publish => "published".to_owned(),
            Self::Shelve(category) => format!("now in “{}”", category.name),
            Self::Unshelve(category) => format!("no longer in “{}”", category.name),
            Self::Price(price) if price.price.is_zero() => "free now".to_owned(),
            Self::Price(price) => format!("now {}", price.price),
        }
    }

    /// Does it to one title, in the transaction of the caller; answers what it was before and is now, for the log.
    ///
    /// # Errors
    /// Why it can't be done to this one, in a sentence.
    pub fn apply(&self, conn: &mut Conn, book: &Book, now: Timestamp) -> Result<String, BulkError> {
        match self {
            Self::Archive | Self::Publish => {
                if Review::open_of(conn, &[book.id])?.contains(&book.id) {
                    return Err(ReleaseError::InReview.into());
                }
                let from = book.status;
                match self {
                    Self::Archive => {
                        Book::archive(conn, book.id, now).map_err(ReleaseError::from)?;
                        Plan::cancel(conn, book.id)?;
                    }
                    _ if from == BookStatus::Archived => {
                        Book::publish(conn, book.id, now).map_err(ReleaseError::from)?;
                    }
                    _ => {
                        release(conn, book.id, false, now)?;
                    }
                }
                let to = Book::find(conn, book.id)?.map_or(from, |book| book.status);
                Ok(format!("State: {from} → {to}"))
            }
            Self::Shelve(category) => {
                if !shelve(conn, book, category.id, now)? {
                    return Err(BulkError::Already);
                }
                Ok(format!("Category “{}”: no → yes", category.name))
            }
            Self::Unshelve(category) => {
                if !unshelve(conn, book, category.id, now)? {
                    return Err(BulkError::Already);
                }
                Ok(format!("Category “{}”: yes → no", category.name))
            }
            Self::Price(price) => {
                if PriceRule::of(conn, book)?.is_some() {
                    return Err(BulkError::NamedPrice);
                }
                if book.price() == Some(price.price) {
                    return Err(BulkError::Already);
                }
                price.save(conn, book.id, now)?;
                Ok(format!(
                    "Price: {} → {}",
                    crate::money::shown(book.price_minor, &book.currency),
                    price.price
                ))
            }
        }
    }
}

fn shelve(conn: &mut Conn, book: &Book, category: CategoryId, now: Timestamp) -> QueryResult<bool> {
    let is_new = insert_once!(
        conn,
        book_categories::table,
        (book_categories::book_id.eq(book.id), book_categories::category_id.eq(category))
    )?;
    if is_new {
        touch(conn, book, now)?;
    }
    Ok(is_new)
}

fn unshelve(conn: &mut Conn, book: &Book, category: CategoryId, now: Timestamp) -> QueryResult<bool> {
    let gone = diesel::delete(book_categories::table.find((book.id, category))).execute(conn)?;
    if gone > 0 {
        touch(conn, book, now)?;
    }
    Ok(gone > 0)
}

/// Who has the title's form open is told that somebody else has changed it.
fn touch(conn: &mut Conn, book: &Book, now: Timestamp) -> QueryResult<()> {
    diesel::update(books::table.find(book.id))
        .set((books::updated_at.eq(now), books::revision.eq(books::revision + 1)))
        .execute(conn)
        .map(drop)
}

/// Why it could not be done to a title, as a part of a sentence.
#[must_use]
pub fn refusal(error: &BulkError) -> String {
    match error {
        BulkError::Release(ReleaseError::Publish(PublishError::Transition { .. })) => {
            "it was never for sale".to_owned()
        }
        other => other.to_string(),
    }
}
