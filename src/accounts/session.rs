//! A signed-in browser: a row that can be ended, found by the hash of a cookie.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Account, AccountId, Role};
use crate::db::schema::{accounts, sessions};
use crate::db::{Conn, Timestamp, row_id};
use crate::ids::{Token, TokenHash};
use crate::permission::ViewerAccount;

/// How long a use goes unwritten at most.
const TOUCH: TimeDelta = TimeDelta::hours(1);

row_id!(
    /// The row of a session.
    SessionId
);

/// A signed-in browser.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// The row.
    pub id: SessionId,
    /// Whose session.
    pub account_id: AccountId,
    /// What the browser calls itself, for "where am I signed in".
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub last_seen_at: Timestamp,
    /// When it ends unless it is used before.
    pub expires_at: Timestamp,
}

impl Session {
    /// Begins a session and returns its token, which is kept nowhere but in the browser's cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(
        conn: &mut Conn,
        account: AccountId,
        user_agent: &str,
        days: u32,
        now: Timestamp,
    ) -> QueryResult<Token> {
        let token = Token::new();
        let user_agent: String = user_agent.chars().take(200).collect();
        diesel::insert_into(sessions::table)
            .values((
                sessions::token_hash.eq(token.hash().as_str()),
                sessions::account_id.eq(account),
                sessions::user_agent.eq(user_agent),
                sessions::created_at.eq(now),
                sessions::last_seen_at.eq(now),
                sessions::expires_at.eq(now + TimeDelta::days(i64::from(days))),
            ))
            .execute(conn)?;
        Ok(token)
    }

    /// The running session of a token with its account; none for a blocked account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, token: &TokenHash, now: Timestamp) -> QueryResult<Option<(Self, Account)>> {
        sessions::table
            .inner_join(accounts::table)
            .filter(sessions::token_hash.eq(token.as_str()).and(sessions::expires_at.gt(now)))
            .filter(accounts::blocked_at.is_null())
            .select((Self::as_select(), Account::as_select()))
            .first(conn)
            .optional()
    }

    /// Who a token's running session stands for, and the session, if its use is [worth writing
    /// down](Self::is_due_for_touch): as little as the gate needs. Nobody for a blocked account.
    ///
    /// # Errors
    /// When the database fails.
    pub fn viewer_of(
        conn: &mut Conn,
        token: &TokenHash,
        now: Timestamp,
    ) -> QueryResult<Option<(ViewerAccount, Option<SessionId>)>> {
        let found: Option<(SessionId, Timestamp, AccountId, Role)> = sessions::table
            .inner_join(accounts::table)
            .filter(sessions::token_hash.eq(token.as_str()).and(sessions::expires_at.gt(now)))
            .filter(accounts::blocked_at.is_null())
            .select((sessions::id, sessions::last_seen_at, accounts::id, accounts::role))
            .first(conn)
            .optional()?;
        Ok(found.map(|(session, last_seen_at, id, role)| {
            let is_due = now - last_seen_at >= TOUCH;
            (ViewerAccount { id, role, is_blocked: false }, is_due.then_some(session))
        }))
    }

    /// Whether the last use is old enough to be worth writing down: once an hour, not at each request.
    #[must_use]
    pub fn is_due_for_touch(&self, now: Timestamp) -> bool {
        now - self.last_seen_at >= TOUCH
    }

    /// Notes a use, which prolongs the session.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch(conn: &mut Conn, id: SessionId, days: u32, now: Timestamp) -> QueryResult<()> {
        diesel::update(sessions::table.find(id))
            .set((
                sessions::last_seen_at.eq(now),
                sessions::expires_at.eq(now + TimeDelta::days(i64::from(days))),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end(conn: &mut Conn, token: &TokenHash) -> QueryResult<()> {
        diesel::delete(sessions::table.filter(sessions::token_hash.eq(token.as_str()))).execute(conn)?;
        Ok(())
    }

    /// The running sessions of an account, the last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_of(conn: &mut Conn, account: AccountId, now: Timestamp) -> QueryResult<Vec<Self>> {
        sessions::table
            .filter(sessions::account_id.eq(account).and(sessions::expires_at.gt(now)))
            .order((sessions::last_seen_at.desc(), sessions::id.desc()))
            .select(Self::as_select())
            .load(conn)
    }

    /// Ends every session of an account, and says how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_all(conn: &mut Conn, account: AccountId) -> QueryResult<usize> {
        diesel::delete(sessions::table.filter(sessions::account_id.eq(account))).execute(conn)
    }

    /// Removes sessions that have run out, and says how many.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sweep(conn: &mut Conn, now: Timestamp) -> QueryResult<usize> {
        diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn)
    }
}
