//! Signing in: who has this address and password, and a new session for them.

use super::{Account, AccountError, Passwords, Session};
use crate::checkout::cart;
use crate::db::{Conn, Db, Timestamp};
use crate::ids::{Token, TokenHash};

/// The account of this address and password, if it may be signed in to.
///
/// An unknown address, a wrong password, an unproved address and a blocked account cost the same work and give the same
/// answer.
///
/// # Errors
/// When the database fails or too many passwords wait to be worked out.
pub async fn check(
    db: &Db,
    passwords: &Passwords,
    email: &str,
    password: &str,
    now: Timestamp,
) -> Result<Option<Account>, AccountError> {
    let email = email.to_owned();
    let account = db.read(move |conn| Account::find_by_email(conn, &email)).await?;
    let is_right = is_password_of(db, passwords, account.as_ref(), password, now).await?;
    Ok(account.filter(|account| is_right && account.may_sign_in()))
}

/// Whether `password` is the account's; the work is the same without an account. A hash of older parameters is renewed
/// on the way.
///
/// # Errors
/// As [`check`].
pub async fn is_password_of(
    db: &Db,
    passwords: &Passwords,
    account: Option<&Account>,
    password: &str,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let kept = account.map(|account| account.password_hash.as_str());
    let checked = passwords.check(password, kept).await?;
    if let Some(account) = account.filter(|_| checked.is_right && checked.is_outdated) {
        let (hash, account) = (passwords.hash(password).await?, account.clone());
        db.write(move |conn| account.set_password(conn, &hash, now)).await?;
    }
    Ok(checked.is_right)
}

/// The browser that signs in.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The session that it brought, which ends here: nobody shall know the new one's token beforehand.
    pub session: Option<TokenHash>,
    /// The cart that it brought, whose books join the account's.
    pub cart: Option<TokenHash>,
    /// What it calls itself.
    pub user_agent: String,
    /// How many days the session lasts after its last use.
    pub days: u32,
}

/// Begins a session of the account in this browser and returns its token.
///
/// # Errors
/// When the database fails.
pub fn enter(
    conn: &mut Conn,
    account: &Account,
    entry: &Entry,
    now: Timestamp,
) -> Result<Token, diesel::result::Error> {
    if let Some(before) = &entry.session {
        Session::end(conn, before)?;
    }
    if let Some(cart) = &entry.cart {
        cart::adopt(conn, cart, account.id, now)?;
    }
    Session::begin(conn, account.id, &entry.user_agent, entry.days, now)
}
