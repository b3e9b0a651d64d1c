//! A new password for someone who has forgotten the old one.

pub mod routes;

use super::email_token::{EmailToken, Purpose};
use super::{Account, AccountError, Session};
use crate::db::{Conn, Timestamp};
use crate::mail::messages::{ResetPassword, SecurityNotice};
use crate::mail::{Letter as _, Sender, outbox};
use crate::orders::join_account;

/// Mails the link with which to choose a new password, if the address has an account; if not, the work is the same.
///
/// # Errors
/// When the database fails.
pub fn send_link(conn: &mut Conn, email: &str, sender: &Sender, now: Timestamp) -> Result<(), AccountError> {
    match Account::find_by_email(conn, email)?.filter(|account| account.blocked_at.is_none()) {
        Some(account) => {
            let token = EmailToken::issue(conn, account.id, Purpose::Reset, &account.email, now)?;
            let letter = link_letter(sender, account.display_name(), token.secret());
            outbox::enqueue(conn, &letter.to(&account.email)?, None, now)?;
        }
        None => outbox::rehearse(conn, &link_letter(sender, "", "").to(email)?, now)?,
    }
    Ok(())
}

fn link_letter(sender: &Sender, name: &str, secret: &str) -> ResetPassword {
    ResetPassword {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        name: name.to_owned(),
        link: sender.link(&format!("/reset-password/{secret}")),
        minutes: Purpose::Reset.lifetime().num_minutes(),
    }
}

/// Saves the new password, ends every session, and tells the owner. The link has proved the address, too.
///
/// `Ok(false)` when the link was used meanwhile.
///
/// # Errors
/// When the database fails.
pub fn choose(
    conn: &mut Conn,
    token: &EmailToken,
    account: Account,
    password_hash: &str,
    sender: &Sender,
    now: Timestamp,
) -> Result<bool, AccountError> {
    if !token.use_up(conn, now)? {
        return Ok(false);
    }
    account.set_password(conn, password_hash, now)?;
    Session::end_all(conn, account.id)?;
    // Whoever asked for another address may be the one whom the new password is to keep out.
    EmailToken::withdraw(conn, account.id, Purpose::Change)?;
    EmailToken::withdraw(conn, account.id, Purpose::Confirm)?;
    send_password_notice(conn, &account, sender, now)?;
    if account.email_confirmed_at.is_none() {
        let email = account.email.clone();
        let account = account.prove(conn, &email, now)?;
        join_account(conn, &account, now)?;
    }
    Ok(true)
}

/// Tells an account's owner that the password was changed.
pub(super) fn send_password_notice(
    conn: &mut Conn,
    account: &Account,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), AccountError> {
    let letter = SecurityNotice {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        name: account.display_name().to_owned(),
        what: "Your password was changed.".to_owned(),
        reset_url: sender.link("/reset-password"),
    };
    outbox::enqueue(conn, &letter.to(&account.email)?, None, now)?;
    Ok(())
}
