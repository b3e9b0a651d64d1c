//! One act on several titles.

use crate::catalog::{Book, BookStatus, PublishError};
use crate::db::{Conn, Timestamp};
use crate::publishing::release::{ReleaseError, release};
use crate::publishing::{Plan, Review};

/// What is done to several titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bulk {
    /// They are taken off the shelves.
    Archive,
    /// They, or their editions in preparation, come out.
    Publish,
}

impl Bulk {
    /// The spelling of a form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "archive" => Some(Self::Archive),
            "publish" => Some(Self::Publish),
            _ => None,
        }
    }

    /// What was done, for one or several.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Archive => "taken off the shelves",
            Self::Publish => "published",
        }
    }
}

/// Does it to one title, in a transaction of its own.
///
/// # Errors
/// Why it can't be done to this one, in a sentence.
pub fn apply(conn: &mut Conn, act: Bulk, book: &Book, now: Timestamp) -> Result<(), ReleaseError> {
    if Review::open_of(conn, &[book.id])?.contains(&book.id) {
        return Err(ReleaseError::InReview);
    }
    match act {
        Bulk::Archive => {
            Book::archive(conn, book.id, now)?;
            Plan::cancel(conn, book.id)?;
        }
        Bulk::Publish if book.status == BookStatus::Archived => Book::publish(conn, book.id, now)?,
        Bulk::Publish => {
            release(conn, book.id, false, now).map(drop)?;
        }
    }
    Ok(())
}

/// The sentence of a title that it could not be done to.
#[must_use]
pub fn refusal(book: &Book, error: &ReleaseError) -> String {
    let why = match error {
        ReleaseError::Publish(PublishError::Transition { .. }) => "it was never for sale".to_owned(),
        other => other.to_string(),
    };
    format!("“{}”: {why}", book.title)
}
