//! Telling the buyers of a book that it has a new edition: each once, by mail, unless they want no such mails.

pub mod forms;
pub mod opt_out;
mod pages;
pub mod routes;

use std::collections::HashMap;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use self::opt_out::{NewsToken, Reader};
use crate::accounts::{Account, AccountId, email_key};
use crate::catalog::{Book, BookId, Brief, Edition, EditionId, markdown};
use crate::checkout::Till;
use crate::db::schema::{accounts, edition_news, editions, gifts, line_items, orders};
use crate::db::{Conn, Timestamp};
use crate::gifts::Gift;
use crate::ids;
use crate::jobs::TaskResult;
use crate::mail::publishing_messages::{EditionNews, Notes};
use crate::mail::{Letter as _, outbox};
use crate::orders::{Order, OrderId, OrderStatus};

/// How many line items are looked at in one transaction.
const AT_ONCE: i64 = 100;

/// Tells the buyers of every edition that is to be told about.
///
/// # Errors
/// When the database fails; what was written stays written, and the next look goes on from there.
pub(super) async fn run(till: &Till) -> TaskResult {
    let open: Vec<EditionId> = till
        .db
        .read(|conn| {
            edition_news::table
                .filter(edition_news::done_at.is_null())
                .order(edition_news::created_at)
                .select(edition_news::edition_id)
                .load(conn)
        })
        .await?;
    for edition in open {
        loop {
            let writing = till.clone();
            if till.db.write(move |conn| go_on(conn, &writing, edition)).await? {
                break;
            }
        }
    }
    Ok(())
}

/// Looks at the next line items of the book, and writes the mails; whether it was the last of them.
fn go_on(conn: &mut Conn, till: &Till, edition: EditionId) -> QueryResult<bool> {
    let now = till.clock.now();
    let open = edition_news::table.find(edition).filter(edition_news::done_at.is_null());
    let reached: Option<i64> = open.select(edition_news::reached).first(conn).optional()?;
    let Some(reached) = reached else { return Ok(true) };
    let edition: Edition = editions::table.find(edition).select(Edition::as_select()).first(conn)?;
    let Some(book) = Book::find(conn, edition.book_id)? else { return Ok(true) };
    // Who bought it since has this edition already.
    let out_at = edition.published_at.unwrap_or(now);
    let rows: Vec<(i64, OrderId, OrderStatus, Timestamp, Option<Timestamp>)> = line_items::table
        .inner_join(orders::table)
        .filter(line_items::book_id.eq(book.id).and(line_items::id.gt(reached)))
        .order(line_items::id)
        .limit(AT_ONCE)
        .select((
            line_items::id,
            line_items::order_id,
            orders::status,
            orders::created_at,
            line_items::refunded_at,
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0);
    let buyers: Vec<OrderId> = rows
        .into_iter()
        .filter(|(_, _, status, placed, refunded)| {
            OrderStatus::ENTITLING.contains(status) && refunded.is_none() && *placed < out_at
        })
        .map(|(_, order, ..)| order)
        .collect();
    let told = tell(conn, till, &book, &edition, &buyers, now)?;
    let row = edition_news::table.find(edition.id);
    match last {
        Some(last) => diesel::update(row)
            .set((edition_news::reached.eq(last), edition_news::told.eq(edition_news::told + told)))
            .execute(conn)?,
        None => diesel::update(row).set(edition_news::done_at.eq(now)).execute(conn)?,
    };
    Ok(last.is_none())
}

/// Writes a mail to the reader of each of these orders; how many were written.
fn tell(
    conn: &mut Conn,
    till: &Till,
    book: &Book,
    edition: &Edition,
    buyers: &[OrderId],
    now: Timestamp,
) -> QueryResult<i64> {
    let found: Vec<Order> =
        orders::table.filter(orders::id.eq_any(buyers.to_vec())).select(Order::as_select()).load(conn)?;
    let gifts: HashMap<OrderId, Gift> = gifts::table
        .filter(gifts::order_id.eq_any(buyers.to_vec()))
        .select(Gift::as_select())
        .load::<Gift>(conn)?
        .into_iter()
        .map(|gift| (gift.order_id, gift))
        .collect();
    let by =
        Brief::of(conn, &[book.id])?.remove(&book.id).map(|brief| brief.contributors).unwrap_or_default();
    let mut told = 0;
    for order in found {
        let gift = gifts.get(&order.id);
        if gift.is_some_and(|gift| gift.sent_at.is_none()) {
            // Its recipient does not know of it yet, and will begin with this edition.
            continue;
        }
        let Some(reader) = reader_of(conn, &order, gift)? else { continue };
        let key = format!("edition/{}/{}", edition.id.0, digest(&reader.email_key));
        if outbox::is_written(conn, &key)? || reader.wants_none(conn, book.id)? {
            continue;
        }
        let link = match (reader.account, gift) {
            (Some(_), _) => "/library".to_owned(),
            (None, Some(gift)) => format!("/gifts/open/{}", gift.new_token(conn, now)?.secret()),
            (None, None) => format!("/orders/open/{}", Order::new_token(conn, order.id, now)?.secret()),
        };
        let token = NewsToken::issue(conn, &reader, book.id, now)?;
        let letter = EditionNews {
            shop_name: till.sender().shop_name,
            base_url: till.sender().base_url,
            title: book.title.clone(),
            by: by.clone(),
            number: edition.number,
            notes: Notes {
                html: markdown::to_html(&edition.release_notes),
                text: markdown::to_text(&edition.release_notes).trim().to_owned(),
            },
            is_gift: gift.is_some(),
            link: till.base_url.join(&link),
            stop_link: till.base_url.join(&format!("/news/{}", token.secret())),
        };
        match letter.to(&reader.email) {
            Ok(message) => told += i64::from(outbox::enqueue(conn, &message, Some(&key), now)?),
            Err(error) => tracing::error!(%error, key, "a letter could not be written"),
        }
    }
    Ok(told)
}

/// Who reads what was bought in this order; nobody when an admin keeps the account out.
fn reader_of(conn: &mut Conn, order: &Order, gift: Option<&Gift>) -> QueryResult<Option<Reader>> {
    let (account, email) = match gift {
        Some(gift) => (gift.claimed_by, gift.recipient_email.clone()),
        None => (order.account_id, order.email.clone()),
    };
    let Some(id) = account else {
        return Ok(Some(Reader { account: None, email_key: email_key(&email), email }));
    };
    let Some(account) = Account::find(conn, id)? else { return Ok(None) };
    let known = account.may_sign_in();
    Ok(known.then_some(Reader {
        account: Some(account.id),
        email_key: account.email_key,
        email: account.email,
    }))
}

/// A short name of an address that is not the address.
fn digest(email_key: &str) -> String {
    ids::hex(&Sha256::digest(email_key.as_bytes()))
}

/// The account's address, as mails are opted out of by it.
///
/// # Errors
/// When the database fails.
pub fn reader_of_account(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Reader>> {
    let found: Option<(String, String)> = accounts::table
        .find(account)
        .select((accounts::email, accounts::email_key))
        .first(conn)
        .optional()?;
    Ok(found.map(|(email, email_key)| Reader { account: Some(account), email, email_key }))
}

/// The titles of these books, by their rows.
pub(super) fn titles(conn: &mut Conn, ids: &[BookId]) -> QueryResult<HashMap<BookId, Brief>> {
    Brief::of(conn, ids)
}
