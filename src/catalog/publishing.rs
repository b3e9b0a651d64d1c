//! How books and editions come out, and how a book leaves the shelves.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::{Book, BookId, BookStatus, Edition, EditionId};
use crate::db::schema::{book_files, books, editions};
use crate::db::{Conn, Timestamp};

/// Why a book or an edition cannot be published, or changed. Each sentence is shown to its publisher.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// An edition needs something to read besides samples.
    #[error("This edition has no file to read yet. Add at least one format.")]
    NoFiles,
    /// A book needs an edition.
    #[error("This book has no published edition yet. Publish one first.")]
    NoEdition,
    /// What readers have does not change under them.
    #[error("This edition is out already. Begin a new edition to change its files.")]
    EditionIsOut,
    /// An admin looks at it, or has said yes to it as it is.
    #[error("This edition is in review. Take it back from the review to change its files.")]
    InReview,
    /// No such step from where the book is.
    #[error("A book that is {from} can't be {event}.")]
    Transition {
        /// Where it is.
        from: BookStatus,
        /// What was asked for.
        event: &'static str,
    },
    /// It is gone.
    #[error("There is no such book or edition any more.")]
    Gone,
    /// The database failed.
    #[error("The change couldn't be saved.")]
    Database(#[from] diesel::result::Error),
}

impl BookStatus {
    /// The publisher asks for an admin's yes.
    ///
    /// # Errors
    /// From anything but a draft.
    pub fn submit(self) -> Result<Self, PublishError> {
        match self {
            Self::Draft | Self::InReview => Ok(Self::InReview),
            from => Err(PublishError::Transition { from, event: "sent to review" }),
        }
    }

    /// The book goes back to its publisher, or is taken back.
    ///
    /// # Errors
    /// From anything but a review.
    pub fn give_back(self) -> Result<Self, PublishError> {
        match self {
            Self::Draft | Self::InReview => Ok(Self::Draft),
            from => Err(PublishError::Transition { from, event: "given back" }),
        }
    }

    /// The book goes, or goes back, on sale.
    ///
    /// # Errors
    /// Never: every book may be put on sale.
    pub const fn publish(self) -> Result<Self, PublishError> {
        Ok(Self::Published)
    }

    /// The book is no longer for sale.
    ///
    /// # Errors
    /// From a book that was never for sale.
    pub fn archive(self) -> Result<Self, PublishError> {
        match self {
            Self::Published | Self::Archived => Ok(Self::Archived),
            from => Err(PublishError::Transition { from, event: "archived" }),
        }
    }
}

impl Book {
    /// Asks for an admin's yes.
    ///
    /// # Errors
    /// [`PublishError::Transition`], [`PublishError::Gone`] or the database's.
    pub fn submit(conn: &mut Conn, id: BookId, now: Timestamp) -> Result<(), PublishError> {
        step(conn, id, now, BookStatus::submit)
    }

    /// Gives the book back to its publisher, or lets them take it back from a review.
    ///
    /// # Errors
    /// [`PublishError::Transition`], [`PublishError::Gone`] or the database's.
    pub fn give_back(conn: &mut Conn, id: BookId, now: Timestamp) -> Result<(), PublishError> {
        step(conn, id, now, BookStatus::give_back)
    }

    /// Puts the book on sale; publishing what is published changes nothing.
    ///
    /// # Errors
    /// [`PublishError::NoEdition`] when there is nothing to read yet, [`PublishError::Gone`] or the database's.
    pub fn publish(conn: &mut Conn, id: BookId, now: Timestamp) -> Result<(), PublishError> {
        let readable = editions::table
            .inner_join(book_files::table)
            .filter(editions::book_id.eq(id).and(editions::published_at.is_not_null()))
            .filter(book_files::is_sample.eq(false));
        if !diesel::select(exists(readable)).get_result::<bool>(conn)? {
            return Err(PublishError::NoEdition);
        }
        step(conn, id, now, BookStatus::publish)?;
        diesel::update(books::table.find(id).filter(books::published_at.is_null()))
            .set(books::published_at.eq(now))
            .execute(conn)?;
        Ok(())
    }

    /// Takes the book off the shelves; who bought it keeps it.
    ///
    /// # Errors
    /// [`PublishError::Transition`], [`PublishError::Gone`] or the database's.
    pub fn archive(conn: &mut Conn, id: BookId, now: Timestamp) -> Result<(), PublishError> {
        step(conn, id, now, BookStatus::archive)
    }
}

/// Takes one step from the status that the book has now; somebody who was faster makes it an error, never a muddle.
fn step(
    conn: &mut Conn,
    id: BookId,
    now: Timestamp,
    to: impl FnOnce(BookStatus) -> Result<BookStatus, PublishError>,
) -> Result<(), PublishError> {
    let from = Book::find(conn, id)?.ok_or(PublishError::Gone)?.status;
    let to = to(from)?;
    if from == to {
        return Ok(());
    }
    let changed = diesel::update(books::table.find(id).filter(books::status.eq(from)))
        .set((books::status.eq(to), books::updated_at.eq(now)))
        .execute(conn)?;
    if changed == 0 { Err(PublishError::Gone) } else { Ok(()) }
}

impl Edition {
    /// Begins the next edition of a book. Readers see nothing of it until it is published.
    ///
    /// `release_notes` says what changed, in Markdown; may be empty.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(conn: &mut Conn, book: BookId, release_notes: &str, now: Timestamp) -> QueryResult<Self> {
        let last: Option<i32> = editions::table
            .filter(editions::book_id.eq(book))
            .select(diesel::dsl::max(editions::number))
            .get_result(conn)?;
        let id: EditionId = diesel::insert_into(editions::table)
            .values((
                editions::book_id.eq(book),
                editions::number.eq(last.unwrap_or(0) + 1),
                editions::release_notes.eq(release_notes),
                editions::created_at.eq(now),
            ))
            .returning(editions::id)
            .get_result(conn)?;
        editions::table.find(id).select(Self::as_select()).first(conn)
    }

    /// Gives readers all formats of the edition at once. From now on its files stay as they are.
    ///
    /// # Errors
    /// [`PublishError::NoFiles`] when it has only samples or nothing, [`PublishError::EditionIsOut`],
    /// [`PublishError::Gone`] or the database's.
    pub fn publish(conn: &mut Conn, id: EditionId, now: Timestamp) -> Result<(), PublishError> {
        let files =
            book_files::table.filter(book_files::edition_id.eq(id)).filter(book_files::is_sample.eq(false));
        if !diesel::select(exists(files)).get_result::<bool>(conn)? {
            return Err(PublishError::NoFiles);
        }
        let published = diesel::update(editions::table.find(id).filter(editions::published_at.is_null()))
            .set(editions::published_at.eq(now))
            .execute(conn)?;
        if published == 0 { Err(PublishError::EditionIsOut) } else { Ok(()) }
    }
}
