//! What someone means to buy: kept in the database, for an account or for a browser.

use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::db::Conn;
use crate::db::schema::{cart_items, carts};
use crate::ids::TokenHash;

/// Whose cart: the account's if someone is signed in, else the browser's.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    /// The signed-in account.
    pub account: Option<AccountId>,
    /// The hash of the browser's cart cookie.
    pub token: Option<TokenHash>,
}

impl Owner {
    /// The owner that a request shows.
    #[must_use]
    pub const fn new(account: Option<AccountId>, token: Option<TokenHash>) -> Self {
        Self { account, token }
    }
}

/// How many books the cart holds.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut Conn, owner: &Owner) -> QueryResult<i64> {
    let items = carts::table.inner_join(cart_items::table);
    match (owner.account, &owner.token) {
        (Some(account), _) => items.filter(carts::account_id.eq(account)).count().get_result(conn),
        (None, Some(token)) => items.filter(carts::token_hash.eq(token.as_str())).count().get_result(conn),
        (None, None) => Ok(0),
    }
}
