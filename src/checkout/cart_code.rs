//! The code of a cart.

use diesel::prelude::*;

use super::cart::{CartId, Owner};
use super::cart_lines::{Asker, Content, ContentError};
use crate::db::schema::cart_codes;
use crate::db::{Conn, Timestamp, insert_once};
use crate::pricing::{Code, CodeId, CodeProblem};

/// Why a code is not entered.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// It is not good for this cart.
    #[error(transparent)]
    Problem(#[from] CodeProblem),
    /// The cart's content.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The cart could not be read or written.
    #[error("The cart can't be opened just now.")]
    Database(#[from] diesel::result::Error),
}

/// Keeps a code on the cart, if it takes something off there. The code that was there before stays if it does not.
///
/// # Errors
/// Why the code is not good; an error must undo the transaction.
pub fn enter(conn: &mut Conn, owner: &Owner, asker: &Asker, typed: &str) -> Result<Code, EnterError> {
    let unknown = || CodeProblem::Unknown(typed.trim().chars().take(60).collect());
    let code = Code::find_by_text(conn, typed)?.ok_or_else(unknown)?;
    // A code that is switched off is told from an unknown one, since someone was given it once.
    code.check_time(asker.now)?;
    let cart = owner.cart_or_new(conn, asker.now)?.ok_or_else(unknown)?;
    keep(conn, cart, code.id, asker.now)?;
    let content = Content::load(conn, Some(cart), asker)?;
    match content.code.and_then(|code| code.problem) {
        Some(problem) => Err(problem.into()),
        None => Ok(code),
    }
}

/// Takes the code off the cart; no code is no error.
///
/// # Errors
/// When the database fails.
pub fn remove(conn: &mut Conn, owner: &Owner) -> QueryResult<()> {
    match owner.cart(conn)? {
        Some(cart) => forget(conn, cart),
        None => Ok(()),
    }
}

/// Takes the code off a cart.
///
/// # Errors
/// When the database fails.
pub(super) fn forget(conn: &mut Conn, cart: CartId) -> QueryResult<()> {
    diesel::delete(cart_codes::table.find(cart)).execute(conn).map(drop)
}

/// Keeps a code on a cart instead of the one before.
///
/// # Errors
/// When the database fails.
pub(super) fn keep(conn: &mut Conn, cart: CartId, code: CodeId, now: Timestamp) -> QueryResult<()> {
    forget(conn, cart)?;
    insert_once!(
        conn,
        cart_codes::table,
        (cart_codes::cart_id.eq(cart), cart_codes::code_id.eq(code), cart_codes::entered_at.eq(now))
    )
    .map(drop)
}
