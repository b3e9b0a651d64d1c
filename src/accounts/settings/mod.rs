//! What an account's owner changes about it.

pub mod routes;

use super::email_token::{EmailToken, Purpose};
use super::reset::send_password_notice;
use super::sign_in::{Entry, enter};
use super::sign_up::send_already_registered;
use super::{Account, AccountError, EmailAddress, Session};
use crate::db::{Conn, Timestamp};
use crate::ids::Token;
use crate::mail::messages::ChangeEmail;
use crate::mail::{Letter as _, Sender, outbox};

/// Mails a link to the new address; it counts once that is opened. The owner of an address that has an account already
/// is told so instead, and whoever asked sees no difference.
///
/// # Errors
/// When the database fails.
pub fn ask_for_address(
    conn: &mut Conn,
    account: &Account,
    email: &EmailAddress,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), AccountError> {
    let token = EmailToken::issue(conn, account.id, Purpose::Change, email.as_str(), now)?;
    let taken = Account::find_by_email(conn, email.as_str())?
        .filter(|other| other.id != account.id && other.email_confirmed_at.is_some());
    if let Some(owner) = taken {
        return send_already_registered(conn, &owner, email.as_str(), sender, now);
    }
    let letter = ChangeEmail {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        name: account.display_name().to_owned(),
        link: sender.link(&format!("/confirm/{}", token.secret())),
        hours: Purpose::Change.lifetime().num_hours(),
    };
    outbox::enqueue(conn, &letter.to(email.as_str())?, None, now)?;
    Ok(())
}

/// Saves another password, ends every session but begins a new one for this browser, and tells the owner.
///
/// # Errors
/// When the database fails.
pub fn change_password(
    conn: &mut Conn,
    account: &Account,
    password_hash: &str,
    entry: &Entry,
    sender: &Sender,
    now: Timestamp,
) -> Result<Token, AccountError> {
    account.set_password(conn, password_hash, now)?;
    Session::end_all(conn, account.id)?;
    EmailToken::withdraw(conn, account.id, Purpose::Reset)?;
    send_password_notice(conn, account, sender, now)?;
    Ok(enter(conn, account, entry, now)?)
}
