//! Coming out by itself: the moment that a publisher chose.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::catalog::BookId;
use crate::db::schema::release_plans;
use crate::db::{Conn, Timestamp};

/// When a title, or its next edition, comes out by itself.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = release_plans)]
pub struct Plan {
    /// Which title.
    pub book_id: BookId,
    /// When, in UTC.
    pub publish_at: Timestamp,
    /// Whether nothing but the time is waited for: an admin has said yes, or none is asked.
    pub approved: bool,
    /// Whether its buyers are told then.
    pub tell_buyers: bool,
    /// Why it could not come out when its time had come; empty while all is well.
    pub problem: String,
}

/// A plan to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPlan {
    /// Which title.
    pub book: BookId,
    /// When, in UTC.
    pub publish_at: Timestamp,
    /// Whether nothing but the time is waited for.
    pub approved: bool,
    /// Whether its buyers are told then.
    pub tell_buyers: bool,
    /// Who made the plan.
    pub by: AccountId,
}

impl Plan {
    /// The plan of a title, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, book: BookId) -> QueryResult<Option<Self>> {
        release_plans::table.find(book).select(Self::as_select()).first(conn).optional()
    }

    /// The plans of these titles.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_books(conn: &mut Conn, books: &[BookId]) -> QueryResult<HashMap<BookId, Self>> {
        let rows: Vec<Self> = release_plans::table
            .filter(release_plans::book_id.eq_any(books.to_vec()))
            .select(Self::as_select())
            .load(conn)?;
        Ok(rows.into_iter().map(|plan| (plan.book_id, plan)).collect())
    }

    /// Makes a plan, in place of one that there is.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set(conn: &mut Conn, new: &NewPlan, now: Timestamp) -> QueryResult<()> {
        Self::cancel(conn, new.book)?;
        diesel::insert_into(release_plans::table)
            .values((
                release_plans::book_id.eq(new.book),
                release_plans::publish_at.eq(new.publish_at),
                release_plans::approved.eq(new.approved),
                release_plans::tell_buyers.eq(new.tell_buyers),
                release_plans::set_by.eq(new.by),
                release_plans::created_at.eq(now),
            ))
            .execute(conn)
            .map(drop)
    }

    /// An admin has said yes: from now on only the time is waited for.
    ///
    /// # Errors
    /// When the database fails.
    pub fn approve(conn: &mut Conn, book: BookId) -> QueryResult<()> {
        diesel::update(release_plans::table.find(book))
            .set(release_plans::approved.eq(true))
            .execute(conn)
            .map(drop)
    }

    /// Undoes the plan; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn cancel(conn: &mut Conn, book: BookId) -> QueryResult<bool> {
        Ok(diesel::delete(release_plans::table.find(book)).execute(conn)? > 0)
    }

    /// Up to `limit` titles whose time has come, the earliest first. One that could not come out waits for its publisher.
    ///
    /// # Errors
    /// When the database fails.
    pub fn due(conn: &mut Conn, limit: i64, now: Timestamp) -> QueryResult<Vec<BookId>> {
        release_plans::table
            .filter(release_plans::publish_at.le(now).and(release_plans::approved.eq(true)))
            .filter(release_plans::problem.eq(""))
            .order((release_plans::publish_at, release_plans::book_id))
            .limit(limit)
            .select(release_plans::book_id)
            .load(conn)
    }

    /// Notes why it could not come out; it is not tried again before its publisher has changed the plan.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fail(conn: &mut Conn, book: BookId, problem: &str) -> QueryResult<()> {
        diesel::update(release_plans::table.find(book))
            .set(release_plans::problem.eq(problem))
            .execute(conn)
            .map(drop)
    }
}
