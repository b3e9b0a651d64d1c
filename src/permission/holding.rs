//! What a viewer holds: the line items of their orders, for the library and for "you own this".

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::facts::Purchase;
use super::{Denial, Viewer};
use crate::accounts::AccountId;
use crate::catalog::{BookId, EditionId};
use crate::db::schema::access_overrides;
use crate::db::{Conn, Timestamp as Time};
use crate::orders::{OrderId, OrderStatus};

/// One book in one order of the viewer, open or closed.
#[derive(Debug, Clone, QueryableByName)]
pub struct Holding {
    /// Which book.
    #[diesel(sql_type = BigInt)]
    pub book_id: BookId,
    /// In which order.
    #[diesel(sql_type = BigInt)]
    pub order_id: OrderId,
    /// The newest edition at the sale.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub edition_id: Option<EditionId>,
    /// Where the order is.
    #[diesel(sql_type = Text)]
    pub order_status: OrderStatus,
    /// Whether the money for this book went back.
    #[diesel(sql_type = Bool)]
    pub is_refunded: bool,
    /// Whether the viewer bought it for someone else, who has it instead.
    #[diesel(sql_type = Bool)]
    pub is_given_away: bool,
    /// Whether the viewer is the one it was bought for.
    #[diesel(sql_type = Bool)]
    pub by_gift: bool,
    /// Whether an admin keeps out the account that keeps the order.
    #[diesel(sql_type = Bool)]
    pub is_blocked: bool,
    /// When the order was placed.
    #[diesel(sql_type = Timestamp)]
    pub ordered_at: Time,
    /// An admin's yes or no for this account and book.
    #[diesel(sql_type = Nullable<Bool>)]
    pub account_override: Option<bool>,
}

impl Holding {
    /// What the viewer holds, newest order first; of one book, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, viewer: &Viewer, book: Option<BookId>) -> QueryResult<Vec<Self>> {
        let account = viewer.account.map_or(AccountId(0), |account| account.id);
        let mut query = diesel::sql_query(statement(viewer.tokens.len(), book.is_some()))
            .into_boxed()
            .bind::<BigInt, _>(account);
        for token in &viewer.tokens {
            query = query.bind::<Text, _>(token.as_str());
        }
        if let Some(book) = book {
            query = query.bind::<BigInt, _>(book);
        }
        query.load(conn)
    }

    /// Whether the viewer may read the book because of this purchase, by the gate's own rule.
    ///
    /// # Errors
    /// Why not; `NotBought` for an attempt that came to nothing.
    pub fn open(&self) -> Result<(), Denial> {
        if self.account_override == Some(false) {
            return Err(Denial::Revoked);
        }
        let purchase = Purchase {
            order: self.order_id,
            status: self.order_status,
            is_refunded: self.is_refunded,
            is_given_away: self.is_given_away,
            by_gift: self.by_gift,
            is_blocked: self.is_blocked,
        };
        if purchase.entitles() { Ok(()) } else { Err(purchase.denial().unwrap_or(Denial::NotBought)) }
    }
}

/// The books that the viewer may read by a purchase or by an admin's word: those that lists mark as theirs.
///
/// # Errors
/// When the database fails.
pub fn open_books(conn: &mut Conn, viewer: &Viewer) -> QueryResult<HashSet<BookId>> {
    if viewer.account.is_none() && viewer.tokens.is_empty() {
        return Ok(HashSet::new());
    }
    let held = Holding::of(conn, viewer, None)?;
    let mut open: HashSet<BookId> =
        held.iter().filter(|holding| holding.open().is_ok()).map(|holding| holding.book_id).collect();
    if let Some(account) = viewer.account {
        let given: Vec<BookId> = access_overrides::table
            .filter(access_overrides::account_id.eq(account.id).and(access_overrides::allowed.eq(true)))
            .select(access_overrides::book_id)
            .load(conn)?;
        open.extend(given);
    }
    Ok(open)
}

/// An admin's yes or no for this viewer and book, if one was said.
///
/// # Errors
/// When the database fails.
pub fn override_of(conn: &mut Conn, viewer: &Viewer, book: BookId) -> QueryResult<Option<bool>> {
    let Some(account) = viewer.account else { return Ok(None) };
    access_overrides::table
        .filter(access_overrides::account_id.eq(account.id).and(access_overrides::book_id.eq(book)))
        .select(access_overrides::allowed)
        .first(conn)
        .optional()
}

/// The common table expression `mine`: the viewer's orders, each with whether it came to them as a gift (`by_gift` 1) or
/// is their own purchase (0). A gift is the recipient's once it was sent. `$1` is the account, then the tokens follow.
pub(super) fn orders_of_viewer(tokens: usize) -> String {
    let by_account = "SELECT id, 0 FROM orders WHERE account_id = $1 \
         UNION SELECT order_id, 1 FROM gifts WHERE claimed_by = $1 AND sent_at IS NOT NULL";
    if tokens == 0 {
        return format!("mine (id, by_gift) AS ({by_account})");
    }
    let places: Vec<String> = (0..tokens).map(|index| format!("${}", index + 2)).collect();
    let places = places.join(", ");
    format!(
        "mine (id, by_gift) AS ({by_account} \
         UNION SELECT order_id, 0 FROM order_tokens WHERE token_hash IN ({places}) AND revoked_at IS NULL \
         UNION SELECT given.order_id, 1 FROM gift_tokens t JOIN gifts given ON given.id = t.gift_id \
         WHERE t.token_hash IN ({places}) AND t.revoked_at IS NULL AND given.sent_at IS NOT NULL)"
    )
}

fn statement(tokens: usize, one_book: bool) -> String {
    let mine = orders_of_viewer(tokens);
    let of_book = if one_book { format!("WHERE i.book_id = ${}", tokens + 2) } else { String::new() };
    format!(
        "WITH {mine} \
         SELECT i.book_id, i.order_id, i.edition_id, o.status AS order_status, \
                (i.refunded_at IS NOT NULL) AS is_refunded, \
                (g.id IS NOT NULL AND mine.by_gift = 0) AS is_given_away, (mine.by_gift = 1) AS by_gift, \
                (keeper.blocked_at IS NOT NULL) AS is_blocked, \
                o.created_at AS ordered_at, a.allowed AS account_override \
         FROM mine \
         JOIN orders o ON o.id = mine.id \
         JOIN line_items i ON i.order_id = mine.id \
         LEFT JOIN gifts g ON g.order_id = mine.id \
         LEFT JOIN accounts keeper \
                ON keeper.id = CASE WHEN mine.by_gift = 1 THEN g.claimed_by ELSE o.account_id END \
         LEFT JOIN access_overrides a ON a.book_id = i.book_id AND a.account_id = $1 \
         {of_book} \
         ORDER BY o.created_at DESC, i.id DESC"
    )
}
