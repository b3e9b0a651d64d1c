//! Who may see an order: the account it belongs to, the bearer of one of its tokens, and admins.

use diesel::prelude::*;

use super::{Order, OrderId};
use crate::accounts::Role;
use crate::db::schema::{order_tokens, orders};
use crate::db::{Conn, Timestamp};
use crate::ids::{Token, TokenHash};
use crate::permission::Viewer;

impl Order {
    /// The order of an address, if `viewer` may see it; to others it does not exist.
    ///
    /// # Errors
    /// When the database fails.
    pub fn visible_to(conn: &mut Conn, viewer: &Viewer, public_id: &str) -> QueryResult<Option<Self>> {
        let Some(order) = Self::find_by_public_id(conn, public_id)? else { return Ok(None) };
        let by_account = viewer
            .account
            .is_some_and(|account| account.role == Role::Admin || order.account_id == Some(account.id));
        if by_account {
            return Ok(Some(order));
        }
        let tokens: Vec<String> = viewer.tokens.iter().map(|token| token.as_str().to_owned()).collect();
        let token = order_tokens::table
            .filter(order_tokens::order_id.eq(order.id).and(order_tokens::revoked_at.is_null()))
            .filter(order_tokens::token_hash.eq_any(tokens));
        let is_bearer: bool = diesel::select(diesel::dsl::exists(token)).get_result(conn)?;
        Ok(is_bearer.then_some(order))
    }

    /// The order that a token opens.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_token(conn: &mut Conn, token: &TokenHash) -> QueryResult<Option<Self>> {
        order_tokens::table
            .inner_join(orders::table)
            .filter(order_tokens::token_hash.eq(token.as_str()).and(order_tokens::revoked_at.is_null()))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// A new secret that opens this order; it is kept nowhere but in the cookie or the mail it goes to.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new_token(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<Token> {
        let token = Token::new();
        diesel::insert_into(order_tokens::table)
            .values((
                order_tokens::order_id.eq(order),
                order_tokens::token_hash.eq(token.hash().as_str()),
                order_tokens::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(token)
    }
}
