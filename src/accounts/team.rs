//! Who runs the shop: admins and publishers, and the rules by which that changes.
//!
//! There is always an admin who can sign in, and nobody changes their own account here: that is how one locks oneself
//! out by accident. Every change of a role ends the account's sessions.

use diesel::prelude::*;

use super::{Account, AccountId, Role, block};
use crate::db::schema::accounts;
use crate::db::{Conn, Timestamp};

/// Why an account stays as it is. The sentence is shown to the admin.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// Their own account.
    #[error("This is your own account. Another admin can do that.")]
    Own,
    /// Nobody could run the shop any more.
    #[error("This is the last admin who can sign in. Make another one first.")]
    LastAdmin,
    /// Nobody knows whose address it is.
    #[error("Nobody has proved this account’s address yet. Send an invitation to it instead.")]
    Unproved,
    /// It has the role.
    #[error("The account is that already.")]
    Same,
    /// A publisher's titles want a decision.
    #[error(
        "A publisher’s role ends on the page about publishers, where you say what becomes of the titles."
    )]
    HasDesk,
    /// It is gone.
    #[error("This account is not there any more.")]
    Gone,
    /// The database failed.
    #[error("The account couldn’t be changed.")]
    Database(#[from] diesel::result::Error),
}

/// Gives an account another role, ends its sessions, and returns it as it was before.
///
/// # Errors
/// Why not; then nothing has changed.
pub fn change_role(
    conn: &mut Conn,
    by: AccountId,
    account: AccountId,
    role: Role,
    now: Timestamp,
) -> Result<Account, TeamError> {
    let account = may_change(conn, by, account)?;
    if account.role == role {
        return Err(TeamError::Same);
    }
    if account.email_confirmed_at.is_none() {
        return Err(TeamError::Unproved);
    }
    if account.role == Role::Publisher && role == Role::Customer {
        return Err(TeamError::HasDesk);
    }
    account.set_role(conn, role, now)?;
    Ok(account)
}

/// Keeps an account out, and says how many sessions that ended.
///
/// # Errors
/// Why not; then nothing has changed.
pub fn block(
    conn: &mut Conn,
    by: AccountId,
    account: AccountId,
    reason: &str,
    now: Timestamp,
) -> Result<usize, TeamError> {
    let account = may_change(conn, by, account)?;
    if account.blocked_at.is_some() {
        return Err(TeamError::Same);
    }
    Ok(block::block(conn, &account, reason, now)?)
}

/// The account as it is now, if `by` may change it without leaving the shop alone. The admins are locked, so that two of
/// them can't take the role from each other at once.
fn may_change(conn: &mut Conn, by: AccountId, account: AccountId) -> Result<Account, TeamError> {
    if by == account {
        return Err(TeamError::Own);
    }
    let admins = lock_admins(conn)?;
    let account = Account::find(conn, account)?.ok_or(TeamError::Gone)?;
    let others = admins.iter().filter(|admin| admin.id != account.id && admin.may_sign_in()).count();
    if account.role == Role::Admin && others == 0 {
        return Err(TeamError::LastAdmin);
    }
    Ok(account)
}

/// All admins, locked until the transaction ends. SQLite has one writer at a time already.
fn lock_admins(conn: &mut Conn) -> QueryResult<Vec<Account>> {
    let admins = || accounts::table.filter(accounts::role.eq(Role::Admin)).order(accounts::id);
    match conn {
        Conn::Sqlite(conn) => admins().select(Account::as_select()).load(conn),
        Conn::Postgres(conn) => admins().select(Account::as_select()).for_update().load(conn),
    }
}

/// How many admins and publishers there are.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn) -> QueryResult<i64> {
    accounts::table.filter(accounts::role.ne(Role::Customer)).count().get_result(conn)
}

/// A page of the admins, then the publishers, the oldest accounts first.
///
/// # Errors
/// When the database fails.
pub fn page(conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Account>> {
    accounts::table
        .filter(accounts::role.ne(Role::Customer))
        // "admin" goes before "publisher".
        .order((accounts::role, accounts::id))
        .offset(offset)
        .limit(limit)
        .select(Account::as_select())
        .load(conn)
}
