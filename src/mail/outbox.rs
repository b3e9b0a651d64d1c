//! Mails that wait to be sent, in the database: none is lost by a crash, and none goes out for work that was undone.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::compose::{Message, one_line};
use crate::db::schema::mails;
use crate::db::{Conn, Timestamp, insert_once, row_id};

row_id!(
    /// The row of a mail.
    MailId
);

/// How often a mail is tried before it is given up.
pub const MAX_ATTEMPTS: i32 = 10;

/// How long a claimed mail is left to whoever claimed it: longer than a mail server may take to answer.
const CLAIM: TimeDelta = TimeDelta::minutes(10);

/// How long sent mails are kept, without their words, for "was it sent?".
const KEPT: TimeDelta = TimeDelta::days(30);

/// A mail that was claimed for sending.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct Mail {
    /// The row.
    pub id: MailId,
    /// The address.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub body_text: String,
    /// The HTML.
    pub body_html: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How often it was tried, this time included.
    pub attempts: i32,
}

/// What became of a mail that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It will be tried again then.
    Again(Timestamp),
    /// It was given up.
    GivenUp,
}

/// Writes a mail to the outbox, in the caller's transaction.
///
/// With a `unique_key` the mail is written once however often this is called; `Ok(true)` when this call wrote it.
///
/// # Errors
/// When the database fails.
pub fn enqueue(
    conn: &mut Conn,
    message: &Message,
    unique_key: Option<&str>,
    now: Timestamp,
) -> QueryResult<bool> {
    let subject = one_line(&message.subject);
    let values = (
        mails::unique_key.eq(unique_key),
        mails::recipient.eq(message.to.trim()),
        mails::subject.eq(&subject),
        mails::body_text.eq(&message.text),
        mails::body_html.eq(&message.html),
        mails::created_at.eq(now),
        mails::send_at.eq(now),
    );
    insert_once!(conn, mails::table, values)
}

/// Whether a mail of this key was written before, sent or not.
///
/// # Errors
/// When the database fails.
pub fn is_written(conn: &mut Conn, unique_key: &str) -> QueryResult<bool> {
    let known = mails::table.filter(mails::unique_key.eq(unique_key));
    diesel::select(diesel::dsl::exists(known)).get_result(conn)
}

/// Takes back the mail of this key, in the caller's transaction; `Ok(false)` when it has left, or is about to.
///
/// # Errors
/// When the database fails.
pub fn withdraw(conn: &mut Conn, unique_key: &str, now: Timestamp) -> QueryResult<bool> {
    let free = mails::claimed_until.is_null().or(mails::claimed_until.le(now));
    let waiting = mails::table
        .filter(mails::unique_key.eq(unique_key))
        .filter(mails::sent_at.is_null().and(mails::attempts.eq(0)).and(free));
    Ok(diesel::delete(waiting).execute(conn)? == 1)
}

/// Does the work of [`enqueue`] and leaves no mail: so that the time of an answer does not tell whether one was written.
///
/// # Errors
/// When the database fails.
pub fn rehearse(conn: &mut Conn, message: &Message, now: Timestamp) -> QueryResult<()> {
    let key = crate::ids::public_id();
    enqueue(conn, message, Some(&key), now)?;
    diesel::delete(mails::table.filter(mails::unique_key.eq(key))).execute(conn)?;
    Ok(())
}

impl Mail {
    /// Whether any mail waits that nobody has claimed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_any_due(conn: &mut Conn, now: Timestamp) -> QueryResult<bool> {
        let free = mails::claimed_until.is_null().or(mails::claimed_until.le(now));
        let waiting = mails::sent_at.is_null().and(mails::failed_at.is_null()).and(mails::send_at.le(now));
        diesel::select(diesel::dsl::exists(mails::table.filter(waiting).filter(free))).get_result(conn)
    }

    /// Claims up to `limit` mails that are due, the oldest first, for some minutes; nobody else gets them meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claim(conn: &mut Conn, limit: i64, now: Timestamp) -> QueryResult<Vec<Self>> {
        let is_free = || mails::claimed_until.is_null().or(mails::claimed_until.le(now));
        let waits = || mails::sent_at.is_null().and(mails::failed_at.is_null()).and(mails::send_at.le(now));
        let due: Vec<MailId> = mails::table
            .filter(waits())
            .filter(is_free())
            .order((mails::send_at, mails::id))
            .limit(limit)
            .select(mails::id)
            .load(conn)?;
        let mut claimed = Vec::new();
        for id in due {
            // Another process may have been faster: then no row fits any more.
            let rows = diesel::update(mails::table.find(id).filter(waits()).filter(is_free()))
                .set((mails::claimed_until.eq(now + CLAIM), mails::attempts.eq(mails::attempts + 1)))
                .execute(conn)?;
            if rows == 1 {
                claimed.push(mails::table.find(id).select(Self::as_select()).first(conn)?);
            }
        }
        Ok(claimed)
    }

    /// Notes that the mail is out, and drops its words: they may hold links that open things.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sent(conn: &mut Conn, id: MailId, now: Timestamp) -> QueryResult<()> {
        diesel::update(mails::table.find(id))
            .set((
                mails::sent_at.eq(now),
                mails::claimed_until.eq(None::<Timestamp>),
                mails::body_text.eq(""),
                mails::body_html.eq(""),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Notes why the mail could not be sent, and when it is tried again, if `again` and any try is left.
    ///
    /// # Errors
    /// When the database fails.
    pub fn not_sent(
        conn: &mut Conn,
        id: MailId,
        attempts: i32,
        error: &str,
        again: bool,
        now: Timestamp,
    ) -> QueryResult<Outcome> {
        let outcome = match pause(attempts) {
            Some(pause) if again => Outcome::Again(now + pause),
            _ => Outcome::GivenUp,
        };
        let error: String = error.chars().take(500).collect();
        let noted = (mails::last_error.eq(error), mails::claimed_until.eq(None::<Timestamp>));
        match outcome {
            Outcome::Again(at) => {
                diesel::update(mails::table.find(id)).set((noted, mails::send_at.eq(at))).execute(conn)?
            }
            Outcome::GivenUp => diesel::update(mails::table.find(id))
                .set((noted, mails::failed_at.eq(now), mails::body_text.eq(""), mails::body_html.eq("")))
                .execute(conn)?,
        };
        Ok(outcome)
    }

    /// Removes mails that were sent long ago, and says how many. One that was given up stays for the operator.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
        // A key that must stay unique (one receipt for an order) would be forgotten with its row.
        diesel::delete(mails::table.filter(mails::sent_at.lt(now - KEPT)).filter(mails::unique_key.is_null()))
            .execute(conn)
    }
}

/// How long to wait after this many tries; none after the last.
fn pause(attempts: i32) -> Option<TimeDelta> {
    let minutes = match attempts {
        i32::MIN..=1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        MAX_ATTEMPTS.. => return None,
        _ => 360,
    };
    Some(TimeDelta::minutes(minutes))
}
