//! Keeping an account out, and letting it in again.
//!
//! A blocked account can't be signed in to, its sessions end, links that were mailed to it open nothing, nothing is sold
//! to its address, and the gate gives it nothing of its own: neither by a session nor by a link to one of its orders. It
//! loses nothing: when it is let in again, all is as it was.

use diesel::prelude::*;

use super::email_token::{EmailToken, Purpose};
use super::{Account, Session, email_key};
use crate::db::schema::accounts;
use crate::db::{Conn, Timestamp};

/// Keeps an account out, and says how many sessions that ended. Who may do it to whom is for [`super::team`] to say.
///
/// # Errors
/// When the database fails.
pub(super) fn block(conn: &mut Conn, account: &Account, reason: &str, now: Timestamp) -> QueryResult<usize> {
    diesel::update(accounts::table.find(account.id))
        .set((
            accounts::blocked_at.eq(now),
            accounts::blocked_reason.eq(reason),
            accounts::updated_at.eq(now),
        ))
        .execute(conn)?;
    for purpose in [Purpose::Confirm, Purpose::Reset, Purpose::Change] {
        EmailToken::withdraw(conn, account.id, purpose)?;
    }
    Session::end_all(conn, account.id)
}

/// Lets an account in again.
///
/// # Errors
/// When the database fails.
pub fn unblock(conn: &mut Conn, account: &Account, now: Timestamp) -> QueryResult<()> {
    diesel::update(accounts::table.find(account.id))
        .set((
            accounts::blocked_at.eq(None::<Timestamp>),
            accounts::blocked_reason.eq(""),
            accounts::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether the account of this address is kept out.
///
/// # Errors
/// When the database fails.
pub fn is_blocked(conn: &mut Conn, email: &str) -> QueryResult<bool> {
    let blocked = accounts::table
        .filter(accounts::email_key.eq(email_key(email)))
        .filter(accounts::blocked_at.is_not_null());
    diesel::select(diesel::dsl::exists(blocked)).get_result(conn)
}
