//! A guest's orders come to the account that proves the guest's address.

use diesel::prelude::*;

use crate::accounts::Account;
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::gifts;

/// Gives every order of nobody that was placed with the account's address to the account, and says how many there were;
/// gifts that were sent to the address come along.
///
/// An account whose address is not proved gets none: anyone can sign up with anyone's address.
///
/// # Errors
/// When the database fails.
pub fn join_account(conn: &mut Conn, account: &Account, now: Timestamp) -> QueryResult<usize> {
    if account.email_confirmed_at.is_none() {
        return Ok(0);
    }
    let guests =
        orders::table.filter(orders::account_id.is_null()).filter(orders::email_key.eq(&account.email_key));
    gifts::claim::join_account(conn, account, now)?;
    diesel::update(guests).set((orders::account_id.eq(account.id), orders::updated_at.eq(now))).execute(conn)
}
