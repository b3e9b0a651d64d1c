//! All that an order's page shows.

use diesel::prelude::*;

use super::papers::Paper;
use super::payment::Payment;
use super::waiver::Waiver;
use super::{LineItem, Order, OrderStatus};
use crate::catalog::{BookFile, BookId, Brief, EditionFiles};
use crate::db::Conn;
use crate::db::schema::access_overrides;
use crate::gifts::Gift;
use crate::permission::{Denial, Holding};

/// An order with its books.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The order.
    pub order: Order,
    /// What it holds.
    pub lines: Vec<Line>,
    /// What went back, in minor units.
    pub refunded_minor: i64,
    /// Who holds or held the money, if any came.
    pub payment: Option<Payment>,
    /// The gift that it is, if it is one.
    pub gift: Option<Gift>,
    /// Its invoices and credit notes, the oldest first.
    pub papers: Vec<Paper>,
    /// What the buyer agreed to, if asked.
    pub waiver: Option<Waiver>,
}

/// One book of an order.
#[derive(Debug, Clone)]
pub struct Line {
    /// As at the sale.
    pub item: LineItem,
    /// As it is now.
    pub book: Option<Brief>,
    /// The newest edition's files, if they may be had because of this order.
    pub files: Vec<BookFile>,
    /// Why they may not.
    pub closed: Option<Denial>,
}

impl Receipt {
    /// Loads what an order's page shows; the number of queries does not grow with the order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, order: Order) -> QueryResult<Self> {
        let items = LineItem::of_order(conn, order.id)?;
        let ids: Vec<BookId> = items.iter().map(|item| item.book_id).collect();
        let mut briefs = Brief::of(conn, &ids)?;
        let mut editions = EditionFiles::of_books(conn, &ids)?;
        let revoked = revoked(conn, &order)?;
        let refunded_minor = items.iter().map(|item| item.refunded_minor).sum();
        let payment = Payment::settled_of(conn, order.id)?;
        let gift = Gift::of_order(conn, order.id)?;
        let is_gift = gift.is_some();
        let papers = Paper::of_order(conn, order.id)?;
        let waiver = Waiver::of(conn, order.id)?;
        let lines = items.into_iter().map(|item| {
            let book_id = item.book_id;
            let closed = holding(&order, &item, revoked.contains(&book_id), is_gift).open().err();
            let newest = editions.remove(&book_id).and_then(|editions| editions.into_iter().next());
            let files = match (closed, newest) {
                (None, Some(newest)) => newest.files,
                _ => Vec::new(),
            };
            Line { book: briefs.remove(&book_id), item, files, closed }
        });
        Ok(Self { lines: lines.collect(), order, refunded_minor, payment, gift, papers, waiver })
    }

    /// Whether the money is still being waited for.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.order.status, OrderStatus::Pending | OrderStatus::Processing)
    }
}

/// The books of this order's account that an admin closed.
fn revoked(conn: &mut Conn, order: &Order) -> QueryResult<Vec<BookId>> {
    let Some(account) = order.account_id else { return Ok(Vec::new()) };
    access_overrides::table
        .filter(access_overrides::account_id.eq(account).and(access_overrides::allowed.eq(false)))
        .select(access_overrides::book_id)
        .load(conn)
}

/// The item as the gate sees it.
fn holding(order: &Order, item: &LineItem, is_revoked: bool, is_gift: bool) -> Holding {
    Holding {
        book_id: item.book_id,
        order_id: order.id,
        edition_id: item.edition_id,
        order_status: order.status,
        is_refunded: item.refunded_at.is_some(),
        // Whoever sees an order's page is its buyer, or an admin.
        is_given_away: is_gift,
        by_gift: false,
        ordered_at: order.created_at,
        account_override: is_revoked.then_some(false),
    }
}
