//! An admin's yes to what a publisher wants to put out.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::{BookId, EditionId};
use crate::db::schema::reviews;
use crate::db::{Conn, Timestamp, row_id, text_enum};

row_id!(
    /// The row of a review.
    ReviewId
);

text_enum! {
    /// Where a review is.
    pub enum ReviewStatus {
        /// An admin is asked.
        Open = "open",
        /// An admin said yes.
        Approved = "approved",
        /// An admin gave it back with words.
        Returned = "returned",
        /// Its publisher took it back.
        Withdrawn = "withdrawn",
    }
}

/// A publisher asks for an admin's yes: to a title, to one more edition, or to a title's return to the shelves.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = reviews)]
pub struct Review {
    /// The row.
    pub id: ReviewId,
    /// The id that shows.
    pub public_id: String,
    /// Which title.
    pub book_id: BookId,
    /// Which edition; nothing for a title's return.
    pub edition_id: Option<EditionId>,
    /// Who asks.
    pub asked_by: Option<AccountId>,
    /// What the publisher says; plain text, may be empty.
    pub words: String,
    /// Whether the buyers are told when it is out.
    pub tell_buyers: bool,
    /// Where it is.
    pub status: ReviewStatus,
    /// What the admin said; plain text.
    pub answer: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

/// A review to be asked for.
#[derive(Debug, Clone)]
pub struct NewReview {
    /// Which title.
    pub book: BookId,
    /// Which edition.
    pub edition: Option<EditionId>,
    /// Who asks.
    pub by: AccountId,
    /// What they say.
    pub words: String,
    /// Whether the buyers are told when it is out.
    pub tell_buyers: bool,
}

impl Review {
    /// Asks an admin. A title has one open review at most.
    ///
    /// # Errors
    /// When the database fails, as it does for a second open review.
    pub fn ask(conn: &mut Conn, new: &NewReview, now: Timestamp) -> QueryResult<()> {
        diesel::insert_into(reviews::table)
            .values((
                reviews::public_id.eq(crate::ids::public_id()),
                reviews::book_id.eq(new.book),
                reviews::edition_id.eq(new.edition),
                reviews::asked_by.eq(new.by),
                reviews::words.eq(&new.words),
                reviews::tell_buyers.eq(new.tell_buyers),
                reviews::status.eq(ReviewStatus::Open),
                reviews::created_at.eq(now),
            ))
            .execute(conn)
            .map(drop)
    }

    /// The newest review of a title.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(conn: &mut Conn, book: BookId) -> QueryResult<Option<Self>> {
        reviews::table
            .filter(reviews::book_id.eq(book))
            .order(reviews::id.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The review of a public id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        reviews::table
            .filter(reviews::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Those of these titles that wait for an admin's yes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_of(conn: &mut Conn, books: &[BookId]) -> QueryResult<HashSet<BookId>> {
        let rows: Vec<BookId> = reviews::table
            .filter(reviews::book_id.eq_any(books.to_vec()).and(reviews::status.eq(ReviewStatus::Open)))
            .select(reviews::book_id)
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// How many wait for an admin's yes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_open(conn: &mut Conn) -> QueryResult<i64> {
        reviews::table.filter(reviews::status.eq(ReviewStatus::Open)).count().get_result(conn)
    }

    /// Moves the review on from where it is; `false` when somebody was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub fn turn(
        &self,
        conn: &mut Conn,
        to: ReviewStatus,
        answer: &str,
        by: Option<AccountId>,
        now: Timestamp,
    ) -> QueryResult<bool> {
        let row = reviews::table.find(self.id).filter(reviews::status.eq(self.status));
        let changed = diesel::update(row)
            .set((
                reviews::status.eq(to),
                reviews::answer.eq(answer),
                reviews::answered_by.eq(by),
                reviews::answered_at.eq(now),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }
}
