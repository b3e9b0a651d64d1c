//! Finding accounts among many.

use std::collections::HashMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::accounts::{Account, AccountId};
use crate::db::schema::{accounts, orders};
use crate::db::statement::Statement;
use crate::db::{Conn, Timestamp, text_enum};

text_enum! {
    /// Which accounts.
    pub enum Standing {
        /// An admin keeps them out.
        Blocked = "blocked",
        /// Nobody has proved their address.
        Unproved = "unproved",
    }
}

/// Which accounts.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A part of an address or a name; empty for all.
    pub search: String,
    /// How they stand.
    pub standing: Option<Standing>,
}

/// An account with what it bought.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The account.
    pub account: Account,
    /// How many orders it has.
    pub orders: i64,
    /// When it placed the newest one.
    pub last_order: Option<Timestamp>,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = BigInt)]
    id: AccountId,
}

impl Filter {
    /// How many accounts fit.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<i64> {
        self.narrow("SELECT COUNT(*) AS count FROM accounts a").count(conn)
    }

    /// A page of the accounts that fit, the newest first, in three queries.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(&self, conn: &mut Conn, offset: i64, limit: i64) -> QueryResult<Vec<Entry>> {
        let mut statement = self.narrow("SELECT a.id FROM accounts a");
        statement.page("a.created_at DESC, a.id DESC", offset, limit);
        let ids: Vec<AccountId> = statement.load::<IdRow>(conn)?.into_iter().map(|row| row.id).collect();
        let found: Vec<Account> = accounts::table
            .filter(accounts::id.eq_any(ids.clone()))
            .order((accounts::created_at.desc(), accounts::id.desc()))
            .select(Account::as_select())
            .load(conn)?;
        let sums: Vec<(Option<AccountId>, i64, Option<Timestamp>)> = orders::table
            .filter(orders::account_id.eq_any(ids))
            .group_by(orders::account_id)
            .select((orders::account_id, count_star(), max(orders::created_at)))
            .load(conn)?;
        let mut sums: HashMap<AccountId, (i64, Option<Timestamp>)> = sums
            .into_iter()
            .filter_map(|(account, count, last)| account.map(|account| (account, (count, last))))
            .collect();
        let entry = |account: Account| {
            let (orders, last_order) = sums.remove(&account.id).unwrap_or_default();
            Entry { account, orders, last_order }
        };
        Ok(found.into_iter().map(entry).collect())
    }

    fn narrow(&self, select: &str) -> Statement {
        let mut statement = Statement::new(select);
        match self.standing {
            Some(Standing::Blocked) => statement.condition("a.blocked_at IS NOT NULL"),
            Some(Standing::Unproved) => statement.condition("a.email_confirmed_at IS NULL"),
            None => {}
        }
        statement.search(&self.search, &["a.email_key"], &["a.name"]);
        statement
    }
}

/// How many orders of nobody were placed with an address that has `search` in it: buyers without an account.
///
/// # Errors
/// When the database fails.
pub fn guest_orders(conn: &mut Conn, search: &str) -> QueryResult<i64> {
    let mut statement = Statement::new("SELECT COUNT(*) AS count FROM orders o");
    statement.condition("o.account_id IS NULL");
    statement.search(search, &["o.email_key"], &[]);
    statement.count(conn)
}
