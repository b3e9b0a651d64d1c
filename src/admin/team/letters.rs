//! What the team is told by mail, in the transaction that makes it due.

use diesel::QueryResult;

use crate::accounts::invite::{self, Invitation};
use crate::accounts::{Account, AccountError, EmailAddress, Role};
use crate::admin::words;
use crate::db::{Conn, Timestamp};
use crate::ids::public_id;
use crate::mail::publishing_messages::DeskLetter;
use crate::mail::{Letter as _, Sender, outbox};

/// Someone is invited: the letter holds the link where they choose their password.
///
/// # Errors
/// When the database fails.
pub fn invite(
    conn: &mut Conn,
    email: &EmailAddress,
    role: Role,
    words: &str,
    by: &Account,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), AccountError> {
    let token = Invitation::issue(conn, email, role, by.id, now)?;
    let what = match role {
        Role::Admin => "run this shop",
        _ => "sell your books here",
    };
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading: format!("You are invited to {}", sender.shop_name),
        name: String::new(),
        text: format!(
            "{} invites you to {what}. Choose a password by the link below, and your account is ready. The link works \
             for {} days.",
            by.display_name(),
            invite::DAYS
        ),
        whose: format!("{} writes:", by.display_name()),
        words: words.to_owned(),
        link: sender.link(&format!("/invite/{}", token.secret())),
        link_text: "Choose a password".to_owned(),
    };
    outbox::enqueue(conn, &letter.to(email.as_str())?, Some(&format!("invitation/{}", public_id())), now)?;
    Ok(())
}

/// An account has another role: its owner is told.
///
/// # Errors
/// When the database fails.
pub fn role_changed(
    conn: &mut Conn,
    account: &Account,
    role: Role,
    sender: &Sender,
    now: Timestamp,
) -> QueryResult<()> {
    let (text, path, link_text) = match role {
        Role::Admin => ("You can run the shop now.", "/admin", "Go to the back office"),
        Role::Publisher => ("You can sell your books here.", "/publish", "Go to your desk"),
        Role::Customer => ("Your books are in your library as before.", "/library", "Go to your library"),
    };
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading: format!("You are {} at {} now", words::role_with_article(role), sender.shop_name),
        name: account.display_name().to_owned(),
        text: format!("{text} You were signed out everywhere; please sign in again."),
        whose: String::new(),
        words: String::new(),
        link: sender.link(path),
        link_text: link_text.to_owned(),
    };
    match letter.to(&account.email) {
        Ok(message) => {
            outbox::enqueue(conn, &message, Some(&format!("role/{}", public_id())), now)?;
        }
        // The role counts, with or without a letter about it.
        Err(error) => tracing::error!(%error, "a letter could not be written"),
    }
    Ok(())
}
