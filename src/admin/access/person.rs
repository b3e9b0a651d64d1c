//! Whom an admin means: an account by its address, the buyer of an order by its number, the one a gift is for.
//!
//! A person is a [`Viewer`], as the gate knows one: an account, and the links that were mailed to them. Of those links
//! the database keeps the hashes, which is all that the gate wants to see.

use diesel::prelude::*;

use crate::accounts::{Account, AccountId, email_key};
use crate::db::Conn;
use crate::db::schema::{accounts, gift_tokens, gifts, order_tokens, orders};
use crate::gifts::Gift;
use crate::ids::TokenHash;
use crate::orders::{Order, OrderId};
use crate::permission::Viewer;

/// The most links of a person that are looked at, the newest first.
const LINKS: i64 = 50;

/// Someone who would like to read.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their account, if they have one.
    pub account: Option<Account>,
    /// Their address.
    pub email: String,
    /// In which part: `the buyer`, `the recipient of the gift`, or nothing.
    pub part: &'static str,
    /// As the gate sees them.
    pub viewer: Viewer,
}

/// The people of an address or of an order's number; none when there are none.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut Conn, typed: &str) -> QueryResult<Vec<Person>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    if typed.contains('@') {
        return Ok(by_email(conn, typed)?.into_iter().collect());
    }
    let number = typed.to_uppercase();
    let order: Option<Order> = orders::table
        .filter(orders::number.eq_any([typed, number.as_str()]).or(orders::public_id.eq(typed)))
        .select(Order::as_select())
        .first(conn)
        .optional()?;
    let Some(order) = order else { return Ok(Vec::new()) };
    let mut people = vec![of_order(conn, &order)?];
    if let Some(gift) = Gift::of_order(conn, order.id)? {
        people.push(of_gift(conn, &gift)?);
        for (person, part) in people.iter_mut().zip(["the buyer", "the recipient of the gift"]) {
            person.part = part;
        }
    }
    Ok(people)
}

/// The account of an address with the links that were mailed there, or, without one, the bearer of these.
fn by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<Person>> {
    let account = Account::find_by_email(conn, email)?;
    let key = email_key(email);
    let mut tokens: Vec<String> = order_tokens::table
        .inner_join(orders::table)
        .filter(orders::email_key.eq(&key).and(order_tokens::revoked_at.is_null()))
        .order(order_tokens::id.desc())
        .limit(LINKS)
        .select(order_tokens::token_hash)
        .load(conn)?;
    let gifts: Vec<String> = gift_tokens::table
        .inner_join(gifts::table)
        .filter(gifts::email_key.eq(&key).and(gift_tokens::revoked_at.is_null()))
        .order(gift_tokens::id.desc())
        .limit(LINKS)
        .select(gift_tokens::token_hash)
        .load(conn)?;
    tokens.extend(gifts);
    let is_known = account.is_some()
        || !tokens.is_empty()
        || diesel::select(diesel::dsl::exists(orders::table.filter(orders::email_key.eq(&key))))
            .get_result(conn)?;
    let email = account.as_ref().map_or(key, |account| account.email.clone());
    Ok(is_known.then(|| person(account, email, tokens)))
}

/// The buyer of an order: its account, or the bearer of its links.
fn of_order(conn: &mut Conn, order: &Order) -> QueryResult<Person> {
    let account = account(conn, order.account_id)?;
    Ok(person(account, order.email.clone(), order_links(conn, order.id)?))
}

fn of_gift(conn: &mut Conn, gift: &Gift) -> QueryResult<Person> {
    let account = account(conn, gift.claimed_by)?;
    let tokens = gift_tokens::table
        .filter(gift_tokens::gift_id.eq(gift.id).and(gift_tokens::revoked_at.is_null()))
        .order(gift_tokens::id.desc())
        .limit(LINKS)
        .select(gift_tokens::token_hash)
        .load(conn)?;
    Ok(person(account, gift.recipient_email.clone(), tokens))
}

fn order_links(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<String>> {
    order_tokens::table
        .filter(order_tokens::order_id.eq(order).and(order_tokens::revoked_at.is_null()))
        .order(order_tokens::id.desc())
        .limit(LINKS)
        .select(order_tokens::token_hash)
        .load(conn)
}

fn account(conn: &mut Conn, id: Option<AccountId>) -> QueryResult<Option<Account>> {
    let Some(id) = id else { return Ok(None) };
    accounts::table.find(id).select(Account::as_select()).first(conn).optional()
}

fn person(account: Option<Account>, email: String, tokens: Vec<String>) -> Person {
    let viewer = account.as_ref().map_or_else(Viewer::nobody, Viewer::account);
    let tokens = tokens.into_iter().map(TokenHash::kept).collect();
    Person { account, email, part: "", viewer: Viewer { tokens, ..viewer } }
}
