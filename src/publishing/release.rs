//! Putting a title, or its next edition, out: all of it or nothing.

use diesel::prelude::*;

use super::missing::{self, Weight};
use super::plan::{NewPlan, Plan};
use super::review::{NewReview, Review, ReviewStatus};
use crate::accounts::AccountId;
use crate::catalog::{Book, BookId, BookStatus, Edition, PublishError};
use crate::db::schema::{edition_news, editions};
use crate::db::{Conn, Timestamp, insert_once};

/// Why something can't be put out. Each sentence is shown to its publisher.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// By the rules of the catalogue.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Something is missing.
    #[error("{0}")]
    Missing(String),
    /// An admin is asked already.
    #[error("It is in review already.")]
    InReview,
    /// There is nothing new.
    #[error("There is nothing to publish: begin a new edition first.")]
    NothingNew,
    /// Nothing is planned.
    #[error("There is no plan any more: it may be out already.")]
    NoPlan,
    /// Somebody was faster.
    #[error("Somebody else has answered it meanwhile.")]
    Answered,
}

impl From<diesel::result::Error> for ReleaseError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Publish(error.into())
    }
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// The number of the edition that is new to readers, if one is.
    pub edition: Option<i32>,
}

/// How something is put out.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Whether the buyers are told.
    pub tell_buyers: bool,
    /// When; nothing for at once. In UTC.
    pub publish_at: Option<Timestamp>,
    /// What an admin is told who must say yes.
    pub words: String,
    /// Who puts it out.
    pub by: AccountId,
}

/// The edition in preparation, if there is one.
///
/// # Errors
/// When the database fails.
pub fn draft_edition(conn: &mut Conn, book: BookId) -> QueryResult<Option<Edition>> {
    editions::table
        .filter(editions::book_id.eq(book).and(editions::published_at.is_null()))
        .order(editions::number.desc())
        .select(Edition::as_select())
        .first(conn)
        .optional()
}

/// Puts the edition in preparation out over all its formats, and a new title on the shelves with it. A title that was
/// taken off the shelves stays off: its buyers get the edition.
///
/// # Errors
/// What is missing or in the way, in a sentence; then nothing has changed.
pub fn release(
    conn: &mut Conn,
    book: BookId,
    tell_buyers: bool,
    now: Timestamp,
) -> Result<Released, ReleaseError> {
    let book = Book::find(conn, book)?.ok_or(PublishError::Gone)?;
    let draft = draft_edition(conn, book.id)?;
    let is_new = matches!(book.status, BookStatus::Draft | BookStatus::InReview);
    must_be_whole(conn, &book, draft.as_ref())?;
    if draft.is_none() && !is_new {
        return Err(ReleaseError::NothingNew);
    }
    if let Some(edition) = &draft {
        Edition::publish(conn, edition.id, now)?;
        if tell_buyers && edition.number > 1 {
            tell(conn, edition, now)?;
        }
    }
    if is_new {
        Book::publish(conn, book.id, now)?;
    }
    Plan::cancel(conn, book.id)?;
    Ok(Released { edition: draft.map(|edition| edition.number) })
}

/// Makes the edition's buyers be told; a second time changes nothing.
fn tell(conn: &mut Conn, edition: &Edition, now: Timestamp) -> QueryResult<()> {
    let values = (edition_news::edition_id.eq(edition.id), edition_news::created_at.eq(now));
    insert_once!(conn, edition_news::table, values).map(drop)
}

fn must_be_whole(conn: &mut Conn, book: &Book, draft: Option<&Edition>) -> Result<(), ReleaseError> {
    let points = missing::of(conn, book, draft)?;
    match points.into_iter().find(|point| point.weight == Weight::Must) {
        Some(point) => Err(ReleaseError::Missing(point.sentence.to_owned())),
        None => Ok(()),
    }
}

/// Lets it come out at a later moment.
///
/// # Errors
/// As [`release`]; what is missing is said now and not at that moment.
pub fn schedule(conn: &mut Conn, book: &Book, wish: &Wish, now: Timestamp) -> Result<(), ReleaseError> {
    let draft = draft_edition(conn, book.id)?;
    must_be_whole(conn, book, draft.as_ref())?;
    if draft.is_none() && !matches!(book.status, BookStatus::Draft | BookStatus::InReview) {
        return Err(ReleaseError::NothingNew);
    }
    plan(conn, book, wish, true, now)?;
    Ok(())
}

fn plan(conn: &mut Conn, book: &Book, wish: &Wish, approved: bool, now: Timestamp) -> QueryResult<()> {
    let Some(publish_at) = wish.publish_at else { return Plan::cancel(conn, book.id).map(drop) };
    let new = NewPlan { book: book.id, publish_at, approved, tell_buyers: wish.tell_buyers, by: wish.by };
    Plan::set(conn, &new, now)
}

/// Asks an admin for a yes to the edition in preparation, and to the title where it is new.
///
/// # Errors
/// What is missing or in the way, in a sentence.
pub fn ask(conn: &mut Conn, book: &Book, wish: &Wish, now: Timestamp) -> Result<(), ReleaseError> {
    if Review::open_of(conn, &[book.id])?.contains(&book.id) {
        return Err(ReleaseError::InReview);
    }
    let draft = draft_edition(conn, book.id)?;
    must_be_whole(conn, book, draft.as_ref())?;
    let is_new = matches!(book.status, BookStatus::Draft | BookStatus::InReview);
    // Without an edition it is a title's return to the shelves.
    if draft.is_none() && !is_new && book.status != BookStatus::Archived {
        return Err(ReleaseError::NothingNew);
    }
    if is_new {
        Book::submit(conn, book.id, now)?;
    }
    plan(conn, book, wish, false, now)?;
    let new = NewReview {
        book: book.id,
        edition: draft.map(|edition| edition.id),
        by: wish.by,
        words: wish.words.clone(),
        tell_buyers: wish.tell_buyers,
    };
    Review::ask(conn, &new, now)?;
    Ok(())
}

/// Asks an admin to put a title back on the shelves as it is.
///
/// # Errors
/// When the database fails.
pub fn ask_return(
    conn: &mut Conn,
    book: &Book,
    by: AccountId,
    now: Timestamp,
) -> Result<Review, ReleaseError> {
    let new = NewReview { book: book.id, edition: None, by, words: String::new(), tell_buyers: false };
    Review::ask(conn, &new, now)?;
    Ok(Review::newest(conn, book.id)?.ok_or(PublishError::Gone)?)
}

/// Whether an admin has said yes to what is in preparation, as it is, and it is not out yet.
///
/// # Errors
/// When the database fails.
pub fn is_approved(conn: &mut Conn, book: &Book) -> QueryResult<bool> {
    let Some(review) = Review::newest(conn, book.id)? else { return Ok(false) };
    if review.status != ReviewStatus::Approved {
        return Ok(false);
    }
    Ok(match draft_edition(conn, book.id)? {
        Some(draft) => review.edition_id == Some(draft.id),
        None => book.status == BookStatus::InReview,
    })
}

/// Takes back what is in review, or was said yes to and waits for its time.
///
/// # Errors
/// [`ReleaseError::Answered`] when it is neither, or the database's.
pub fn take_back(conn: &mut Conn, book: &Book, by: AccountId, now: Timestamp) -> Result<(), ReleaseError> {
    let waits = is_approved(conn, book)?;
    let review = Review::newest(conn, book.id)?.filter(|review| review.status == ReviewStatus::Open || waits);
    let Some(review) = review else { return Err(ReleaseError::Answered) };
    if !review.turn(conn, ReviewStatus::Withdrawn, &review.answer, Some(by), now)? {
        return Err(ReleaseError::Answered);
    }
    Plan::cancel(conn, book.id)?;
    if book.status == BookStatus::InReview {
        Book::give_back(conn, book.id, now)?;
    }
    Ok(())
}

/// An admin says yes: it comes out now, or at the planned time.
///
/// # Errors
/// What is missing or in the way, in a sentence; then the review stays open.
pub fn approve(
    conn: &mut Conn,
    review: &Review,
    answer: &str,
    by: AccountId,
    now: Timestamp,
) -> Result<Option<Timestamp>, ReleaseError> {
    let is_open = review.status == ReviewStatus::Open;
    if !is_open || !review.turn(conn, ReviewStatus::Approved, answer, Some(by), now)? {
        return Err(ReleaseError::Answered);
    }
    let book = Book::find(conn, review.book_id)?.ok_or(PublishError::Gone)?;
    if review.edition_id.is_none() && book.status == BookStatus::Archived {
        Book::publish(conn, book.id, now)?;
        return Ok(None);
    }
    match Plan::of(conn, book.id)? {
        Some(plan) if plan.publish_at > now => {
            Plan::approve(conn, book.id)?;
            Ok(Some(plan.publish_at))
        }
        _ => {
            release(conn, book.id, review.tell_buyers, now)?;
            Ok(None)
        }
    }
}

/// An admin gives it back with words.
///
/// # Errors
/// [`ReleaseError::Answered`] when somebody was faster, or the database's.
pub fn give_back(
    conn: &mut Conn,
    review: &Review,
    answer: &str,
    by: AccountId,
    now: Timestamp,
) -> Result<(), ReleaseError> {
    let is_open = review.status == ReviewStatus::Open;
    if !is_open || !review.turn(conn, ReviewStatus::Returned, answer, Some(by), now)? {
        return Err(ReleaseError::Answered);
    }
    Plan::cancel(conn, review.book_id)?;
    let book = Book::find(conn, review.book_id)?.ok_or(PublishError::Gone)?;
    if book.status == BookStatus::InReview {
        Book::give_back(conn, book.id, now)?;
    }
    Ok(())
}
