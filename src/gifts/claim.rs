//! The account that keeps a gift. There is one at most.

use diesel::prelude::*;

use super::Gift;
use crate::accounts::{Account, AccountId};
use crate::db::schema::{accounts, gifts};
use crate::db::{Conn, Timestamp};

/// What became of a wish to keep a gift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// It is in the account's library now.
    Now,
    /// It was there before.
    Before,
    /// Another account keeps it.
    ByAnother,
}

impl Gift {
    /// Lets `account` keep the gift, if nobody does yet: of any number who try at once, one gets it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claim(&self, conn: &mut Conn, account: AccountId, now: Timestamp) -> QueryResult<Claimed> {
        if self.keep(conn, account, now)? {
            self.opened(conn, now)?;
            return Ok(Claimed::Now);
        }
        let keeper: Option<AccountId> =
            gifts::table.find(self.id).select(gifts::claimed_by).first(conn).optional()?.flatten();
        Ok(if keeper == Some(account) { Claimed::Before } else { Claimed::ByAnother })
    }

    /// Puts the gift into the library of the account that has proved the recipient's address, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep_by_address(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        let account: Option<AccountId> = accounts::table
            .filter(accounts::email_key.eq(&self.email_key).and(accounts::email_confirmed_at.is_not_null()))
            .select(accounts::id)
            .first(conn)
            .optional()?;
        if let Some(account) = account {
            self.keep(conn, account, now)?;
        }
        Ok(())
    }

    fn keep(&self, conn: &mut Conn, account: AccountId, now: Timestamp) -> QueryResult<bool> {
        let free =
            gifts::table.find(self.id).filter(gifts::claimed_by.is_null().and(gifts::sent_at.is_not_null()));
        let rows = diesel::update(free)
            .set((gifts::claimed_by.eq(account), gifts::claimed_at.eq(now), gifts::updated_at.eq(now)))
            .execute(conn)?;
        Ok(rows == 1)
    }
}

/// Gives the gifts that were sent to the account's proved address, and that nobody keeps, to the account; says how many
/// there were.
///
/// # Errors
/// When the database fails.
pub fn join_account(conn: &mut Conn, account: &Account, now: Timestamp) -> QueryResult<usize> {
    if account.email_confirmed_at.is_none() {
        return Ok(0);
    }
    let free = gifts::table
        .filter(gifts::email_key.eq(&account.email_key))
        .filter(gifts::claimed_by.is_null().and(gifts::sent_at.is_not_null()));
    diesel::update(free)
        .set((gifts::claimed_by.eq(account.id), gifts::claimed_at.eq(now), gifts::updated_at.eq(now)))
        .execute(conn)
}
