//! What publishers and admins are told by mail, in the transaction that makes it due.

use diesel::prelude::*;

use super::Review;
use crate::accounts::Account;
use crate::catalog::Book;
use crate::db::{Conn, Timestamp};
use crate::mail::publishing_messages::DeskLetter;
use crate::mail::{Letter as _, Sender, outbox};
use crate::web::show;

/// Writes a letter; one of a key is written once.
fn write(conn: &mut Conn, letter: &DeskLetter, to: &str, key: &str, now: Timestamp) -> QueryResult<()> {
    match letter.to(to) {
        Ok(message) => outbox::enqueue(conn, &message, Some(key), now).map(drop),
        Err(error) => {
            // What was decided counts, with or without a letter about it.
            tracing::error!(%error, key, "a letter could not be written");
            Ok(())
        }
    }
}

/// An admin has answered a review: its publisher is told. `planned` is when it comes out, if not at once.
///
/// # Errors
/// When the database fails.
pub fn review_answered(
    conn: &mut Conn,
    sender: &Sender,
    book: &Book,
    review: &Review,
    verdict: (bool, Option<Timestamp>),
    answer: &str,
    now: Timestamp,
) -> QueryResult<()> {
    let Some(publisher) = Account::find(conn, review.asked_by.unwrap_or(book.publisher_id))? else {
        return Ok(());
    };
    let (heading, text) = match verdict {
        (true, None) => (
            format!("“{}” is published", book.title),
            "It was looked at and approved, and readers can have it now.".to_owned(),
        ),
        (true, Some(at)) => (
            format!("“{}” is approved", book.title),
            format!("It was looked at and approved. It comes out on {}.", show::moment(at)),
        ),
        (false, _) => (
            format!("“{}” came back from review", book.title),
            "It is not out yet. Change what is said below, then send it to review again.".to_owned(),
        ),
    };
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading,
        name: publisher.display_name().to_owned(),
        text,
        whose: "The shop writes:".to_owned(),
        words: answer.to_owned(),
        link: sender.link(&format!("/publish/titles/{}", book.public_id)),
        link_text: "See the title".to_owned(),
    };
    write(conn, &letter, &publisher.email, &format!("review/{}", review.public_id), now)
}

/// What was planned could not come out: its publisher is told.
///
/// # Errors
/// When the database fails.
pub fn plan_failed(
    conn: &mut Conn,
    sender: &Sender,
    book: &Book,
    planned: Timestamp,
    problem: &str,
    now: Timestamp,
) -> QueryResult<()> {
    let Some(publisher) = Account::find(conn, book.publisher_id)? else { return Ok(()) };
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading: format!("“{}” did not come out", book.title),
        name: publisher.display_name().to_owned(),
        text: format!("It was to come out on {}, and could not. {problem}", show::moment(planned)),
        whose: String::new(),
        words: String::new(),
        link: sender.link(&format!("/publish/titles/{}", book.public_id)),
        link_text: "See the title".to_owned(),
    };
    let key = format!("plan/{}/{}", book.public_id, planned.format("%Y%m%d%H%M%S"));
    write(conn, &letter, &publisher.email, &key, now)
}

/// What an account has become, or is no more, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleNews {
    /// A publisher.
    Approved,
    /// No publisher: the wish was declined.
    Declined,
    /// No publisher any more, and the titles stay on the shelves.
    EndedKept,
    /// No publisher any more, and the titles are off the shelves.
    EndedArchived,
}

/// An account has become a publisher, or has not, or is none any more: its owner is told. `key` is of this very act.
///
/// # Errors
/// When the database fails.
pub fn role_changed(
    conn: &mut Conn,
    sender: &Sender,
    account: &Account,
    news: RoleNews,
    words: &str,
    key: &str,
    now: Timestamp,
) -> QueryResult<()> {
    let (heading, text) = match news {
        RoleNews::Approved => (
            format!("You can sell your books at {}", sender.shop_name),
            "You are a publisher now. Make your first title, add its files, and put it out when it is ready.",
        ),
        RoleNews::Declined => (
            format!("Your wish to sell at {}", sender.shop_name),
            "We have read what you wrote, and can’t make you a publisher now. You can ask again at any time.",
        ),
        RoleNews::EndedKept => (
            format!("You no longer sell at {}", sender.shop_name),
            "Your account is no publisher’s any more. The titles that are for sale stay for sale, in the care of the \
             shop; whoever bought a book keeps it.",
        ),
        RoleNews::EndedArchived => (
            format!("You no longer sell at {}", sender.shop_name),
            "Your account is no publisher’s any more, and your titles are off the shelves. Whoever bought a book \
             keeps it.",
        ),
    };
    let is_publisher = news == RoleNews::Approved;
    let letter = DeskLetter {
        shop_name: sender.shop_name.clone(),
        base_url: sender.base_url.clone(),
        heading,
        name: account.display_name().to_owned(),
        text: text.to_owned(),
        whose: "The shop writes:".to_owned(),
        words: words.to_owned(),
        link: sender.link(if is_publisher { "/publish" } else { "/account/publisher" }),
        link_text: if is_publisher { "Go to your desk" } else { "See your account" }.to_owned(),
    };
    write(conn, &letter, &account.email, key, now)
}

/// Something waits for an answer: every admin is told, once for each `key`.
///
/// # Errors
/// When the database fails.
pub fn admins_wanted(
    conn: &mut Conn,
    sender: &Sender,
    heading: &str,
    words: &str,
    (path, key): (&str, &str),
    now: Timestamp,
) -> QueryResult<()> {
    for admin in Account::admins(conn)?.into_iter().filter(Account::may_sign_in) {
        let letter = DeskLetter {
            shop_name: sender.shop_name.clone(),
            base_url: sender.base_url.clone(),
            heading: heading.to_owned(),
            name: String::new(),
            text: "It waits for an admin’s answer.".to_owned(),
            whose: "They write:".to_owned(),
            words: words.to_owned(),
            link: sender.link(path),
            link_text: "Look at it".to_owned(),
        };
        write(conn, &letter, &admin.email, &format!("{key}/{}", admin.public_id), now)?;
    }
    Ok(())
}
