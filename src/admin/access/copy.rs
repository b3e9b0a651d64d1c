//! Giving someone a copy, by mail: to their account, or to one that the mail's link makes.

use crate::accounts::invite::{self, Invitation};
use crate::accounts::{Account, AccountError, EmailAddress, NewAccount, Role};
use crate::catalog::Book;
use crate::db::{Conn, Timestamp};
use crate::ids::public_id;
use crate::mail::publishing_messages::DeskLetter;
use crate::mail::{Letter as _, Sender, outbox};
use crate::permission::overrides;

/// A password that fits nothing: no hash has this form.
const NO_PASSWORD: &str = "!";

/// A copy to give.
#[derive(Debug, Clone)]
pub struct Gift {
    /// To whom.
    pub email: EmailAddress,
    /// What.
    pub book: Book,
    /// Why; for admins alone.
    pub reason: String,
    /// What the person reads in the mail; may be empty.
    pub words: String,
}

/// Gives it and writes the mail. Whoever has no account gets one that waits for its password: the mail's link is where
/// they choose it; if they never do, account and copy are gone after [`invite::DAYS`] days.
///
/// # Errors
/// When the database fails.
pub fn give(
    conn: &mut Conn,
    gift: &Gift,
    by: &Account,
    sender: &Sender,
    now: Timestamp,
) -> Result<Option<bool>, AccountError> {
    let email = &gift.email;
    let known = Account::find_by_email(conn, email.as_str())?;
    let account = match known {
        Some(account) => {
            // An account that nobody has proved yet lasts as long as the newest link.
            account.touch(conn, now)?;
            account
        }
        None => {
            let new = NewAccount {
                email,
                name: "",
                password_hash: NO_PASSWORD,
                role: Role::Customer,
                is_confirmed: false,
            };
            match Account::create(conn, &new, now)? {
                Some(account) => account,
                None => return Err(diesel::result::Error::NotFound.into()),
            }
        }
    };
    let before = overrides::say(conn, account.id, gift.book.id, true, &gift.reason, by.id, now)?;
    let (text, link, link_text) = match account.email_confirmed_at {
        Some(_) => (
            "It is in your library, and yours to keep.".to_owned(),
            sender.link("/library"),
            "Go to your library",
        ),
        None => {
            let token = Invitation::issue(conn, email, Role::Customer, by.id, now)?;
            let text = format!(
                "It is yours to keep. Choose a password, and it is in your library. The link works for {} days.",
                invite::DAYS
            );
            (text, sender.link(&format!("/invite/{}", token.secret())), "Choose a password")
        }
    };
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading: format!("A copy of “{}” for you", gift.book.title),
        name: account.name.clone(),
        text,
        whose: "The shop writes:".to_owned(),
        words: gift.words.clone(),
        link,
        link_text: link_text.to_owned(),
    };
    outbox::enqueue(conn, &letter.to(&account.email)?, Some(&format!("copy/{}", public_id())), now)?;
    Ok(before)
}
