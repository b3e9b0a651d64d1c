//! All that an order's page shows.

use diesel::prelude::*;

use super::billing::OrderTax;
use super::happenings::Happenings;
use super::papers::Paper;
use super::payment::{Payment, PaymentState};
use super::waiver::Waiver;
use super::{LineItem, Order, OrderStatus};
use crate::catalog::{BookFile, BookId, Brief, EditionFiles};
use crate::db::Conn;
use crate::db::schema::{access_overrides, accounts, checkouts, payment_facts, payments};
use crate::gifts::Gift;
use crate::permission::{Denial, Holding};
use crate::pricing::reduction::Reduction;

/// An order with its books.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The order.
    pub order: Order,
    /// What it holds.
    pub lines: Vec<Line>,
    /// What happened to its money.
    pub happenings: Happenings,
    /// The gateway's id of the checkout that it was paid through, if it was.
    pub paid_through: Option<String>,
    /// Who holds or held the money, if any came.
    pub payment: Option<Payment>,
    /// The gift that it is, if it is one.
    pub gift: Option<Gift>,
    /// Its invoices and credit notes, the oldest first.
    pub papers: Vec<Paper>,
    /// What the buyer agreed to, if asked.
    pub waiver: Option<Waiver>,
    /// What of its money is tax, once that is known.
    pub tax: OrderTax,
}

/// One book of an order.
#[derive(Debug, Clone)]
pub struct Line {
    /// As at the sale.
    pub item: LineItem,
    /// Why it cost less than its price; empty where it did not.
    pub because: String,
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
        let closed_by_admin = Closed::load(conn, &order)?;
        let reductions = Reduction::of_order(conn, order.id)?;
        let happenings = Happenings::load(conn, &order)?;
        let paid_through = paid_through(conn, &order)?;
        let payment = Payment::settled_of(conn, order.id)?;
        let gift = Gift::of_order(conn, order.id)?;
        let is_gift = gift.is_some();
        let papers = Paper::of_order(conn, order.id)?;
        let waiver = Waiver::of(conn, order.id)?;
        let tax = OrderTax::of(conn, order.id)?.filter(|_| order.paid_at.is_some()).unwrap_or_default();
        let lines = items.into_iter().map(|item| {
            let book_id = item.book_id;
            let closed = holding(&order, &item, &closed_by_admin, is_gift).open().err();
            let newest = editions.remove(&book_id).and_then(|editions| editions.into_iter().next());
            let files = match (closed, newest) {
                (None, Some(newest)) => newest.files,
                _ => Vec::new(),
            };
            let because = reductions.get(&item.id).map(Reduction::because).unwrap_or_default();
            Line { book: briefs.remove(&book_id), item, because, files, closed }
        });
        Ok(Self {
            lines: lines.collect(),
            order,
            happenings,
            paid_through,
            payment,
            gift,
            papers,
            waiver,
            tax,
        })
    }

    /// Whether the money is still being waited for.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.order.status, OrderStatus::Pending | OrderStatus::Processing)
    }
}

/// The checkout of the first payment that came.
fn paid_through(conn: &mut Conn, order: &Order) -> QueryResult<Option<String>> {
    let id: Option<Option<String>> = payment_facts::table
        .inner_join(payments::table)
        .inner_join(checkouts::table)
        .filter(payments::order_id.eq(order.id).and(payments::status.eq(PaymentState::Succeeded)))
        .order(payments::id)
        .select(checkouts::gateway_id)
        .first(conn)
        .optional()?;
    Ok(id.flatten())
}

/// What an admin has closed for this order's account.
struct Closed {
    books: Vec<BookId>,
    is_blocked: bool,
}

impl Closed {
    fn load(conn: &mut Conn, order: &Order) -> QueryResult<Self> {
        let Some(account) = order.account_id else {
            return Ok(Self { books: Vec::new(), is_blocked: false });
        };
        let books = access_overrides::table
            .filter(access_overrides::account_id.eq(account).and(access_overrides::allowed.eq(false)))
            .select(access_overrides::book_id)
            .load(conn)?;
        let blocked = accounts::table.find(account).filter(accounts::blocked_at.is_not_null());
        Ok(Self { books, is_blocked: diesel::select(diesel::dsl::exists(blocked)).get_result(conn)? })
    }
}

/// The item as the gate sees it.
fn holding(order: &Order, item: &LineItem, closed: &Closed, is_gift: bool) -> Holding {
    Holding {
        book_id: item.book_id,
        order_id: order.id,
        edition_id: item.edition_id,
        order_status: order.status,
        is_refunded: item.refunded_at.is_some(),
        // Whoever sees an order's page is its buyer, or an admin.
        is_given_away: is_gift,
        by_gift: false,
        is_blocked: closed.is_blocked,
        ordered_at: order.created_at,
        account_override: closed.books.contains(&item.book_id).then_some(false),
    }
}
