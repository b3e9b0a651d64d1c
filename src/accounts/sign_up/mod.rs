//! New accounts, and proving an address.
//!
//! Whoever opens the mailed link types the password too. So nobody can make an account with another's address and have
//! the owner's click finish it, which would hand that person's guest orders to a stranger who knows the password.

pub mod routes;

use super::email_token::{EmailToken, Purpose};
use super::{Account, AccountError, EmailAddress, NewAccount, Role};
use crate::db::{Conn, Timestamp};
use crate::mail::messages::{AddressChanged, AlreadyRegistered, ConfirmEmail};
use crate::mail::{Letter as _, Sender, outbox};
use crate::orders::join_account;

/// What somebody signs up with.
#[derive(Debug, Clone)]
pub struct SignUp {
    /// The address, which is to be proved.
    pub email: EmailAddress,
    /// The name.
    pub name: String,
    /// The password's hash.
    pub password_hash: String,
}

/// Makes the account and mails the link that proves its address. When the address has an account already, its owner is
/// told so by mail, and whoever signed up sees no difference.
///
/// # Errors
/// When the database fails.
pub fn sign_up(conn: &mut Conn, new: &SignUp, sender: &Sender, now: Timestamp) -> Result<(), AccountError> {
    match Account::find_by_email(conn, new.email.as_str())? {
        Some(account) if account.email_confirmed_at.is_some() => {
            send_already_registered(conn, &account, new.email.as_str(), sender, now)
        }
        // Nobody has proved this address yet: the latest wish counts, and earlier links work no more.
        Some(account) => {
            account.rename(conn, &new.name, now)?;
            account.set_password(conn, &new.password_hash, now)?;
            send_confirmation(conn, &account, sender, now)
        }
        None => {
            let account = NewAccount {
                email: &new.email,
                name: &new.name,
                password_hash: &new.password_hash,
                role: Role::Customer,
                is_confirmed: false,
            };
            match Account::create(conn, &account, now)? {
                Some(account) => send_confirmation(conn, &account, sender, now),
                // The same form, sent twice at once: the other one sends the mail.
                None => Ok(()),
            }
        }
    }
}

/// Mails a new link to an address that is still to be proved; for any other address the work is the same, without a
/// mail.
///
/// # Errors
/// When the database fails.
pub fn send_again(conn: &mut Conn, email: &str, sender: &Sender, now: Timestamp) -> Result<(), AccountError> {
    match Account::find_by_email(conn, email)? {
        Some(account) if account.email_confirmed_at.is_none() => {
            send_confirmation(conn, &account, sender, now)
        }
        _ => Ok(outbox::rehearse(conn, &confirmation(sender, "").to(email)?, now)?),
    }
}

/// Tells the owner of an address that there is an account with it.
pub(super) fn send_already_registered(
    conn: &mut Conn,
    account: &Account,
    email: &str,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), AccountError> {
    let letter = AlreadyRegistered {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        name: account.display_name().to_owned(),
        sign_in_url: sender.link("/sign-in"),
        reset_url: sender.link("/reset-password"),
    };
    outbox::enqueue(conn, &letter.to(email)?, None, now)?;
    Ok(())
}

fn send_confirmation(
    conn: &mut Conn,
    account: &Account,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), AccountError> {
    let token = EmailToken::issue(conn, account.id, Purpose::Confirm, &account.email, now)?;
    let letter = confirmation(sender, token.secret());
    outbox::enqueue(conn, &letter.to(&account.email)?, None, now)?;
    Ok(())
}

fn confirmation(sender: &Sender, secret: &str) -> ConfirmEmail {
    ConfirmEmail {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        link: sender.link(&format!("/confirm/{secret}")),
        hours: Purpose::Confirm.lifetime().num_hours(),
    }
}

/// What became of a link that proves an address.
#[derive(Debug)]
pub enum Proof {
    /// The address is proved; this is the account now, and how many guest orders joined it.
    Proved(Box<Account>, usize),
    /// The link was used meanwhile, or the address is another account's by now.
    Gone,
}

/// Proves the address of the link, of a new account or a new one of an old account, and joins the guest orders that
/// were placed with it.
///
/// # Errors
/// When the database fails.
pub fn prove(
    conn: &mut Conn,
    token: &EmailToken,
    account: Account,
    sender: &Sender,
    now: Timestamp,
) -> Result<Proof, AccountError> {
    if !token.use_up(conn, now)? {
        return Ok(Proof::Gone);
    }
    let before = account.clone();
    if token.purpose == Purpose::Change {
        match Account::find_by_email(conn, &token.email)? {
            Some(other) if other.id != account.id && other.email_confirmed_at.is_some() => {
                return Ok(Proof::Gone);
            }
            // Somebody signed up with it and never proved it.
            Some(other) if other.id != account.id => other.remove_unproved(conn)?,
            _ => {}
        }
        // Links that went to the old address shall open nothing.
        EmailToken::withdraw(conn, account.id, Purpose::Reset)?;
    }
    let account = account.prove(conn, &token.email, now)?;
    if token.purpose == Purpose::Change && before.email_key != account.email_key {
        let letter = AddressChanged {
            shop_name: sender.shop_name.clone(),
            base_url: sender.base_url.clone(),
            name: account.display_name().to_owned(),
        };
        outbox::enqueue(conn, &letter.to(&before.email)?, None, now)?;
    }
    let joined = join_account(conn, &account, now)?;
    Ok(Proof::Proved(Box::new(account), joined))
}
