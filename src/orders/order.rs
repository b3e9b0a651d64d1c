//! What was bought, by whom, for how much.

use diesel::prelude::*;

use super::OrderStatus;
use crate::accounts::AccountId;
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp, row_id};
use crate::money::{self, Currency, Money};
use crate::pricing::code_use;

row_id!(
    /// The row of an order.
    OrderId
);

/// An order: its money is in minor units of its currency, as it was when the order was placed.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = orders)]
pub struct Order {
    /// The row.
    pub id: OrderId,
    /// The id in its page's address.
    pub public_id: String,
    /// The number that people quote.
    pub number: String,
    /// Whose order; nobody's while a guest's.
    pub account_id: Option<AccountId>,
    /// Where its mail goes.
    pub email: String,
    /// What two spellings of that address share.
    pub email_key: String,
    /// ISO 4217 code.
    pub currency: String,
    /// The sum of its line items' prices.
    pub subtotal_minor: i64,
    /// The sum of their discounts.
    pub discount_minor: i64,
    /// What is to be paid.
    pub total_minor: i64,
    /// Where it is in its life.
    pub status: OrderStatus,
    /// Who takes the money: `sandbox`, or `none` for an order that costs nothing.
    pub gateway: String,
    /// Whether its money is real.
    pub livemode: bool,
    /// What the cart held, to know the same cart again.
    pub cart_fingerprint: String,
    /// For admins: why it needs review.
    pub note: String,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Until when it waits to be paid.
    pub expires_at: Option<Timestamp>,
    /// When the money came.
    pub paid_at: Option<Timestamp>,
    /// When the receipt went to the outbox: once.
    pub receipt_sent_at: Option<Timestamp>,
}

impl Order {
    /// What is to be paid; nothing when its currency is one that the shop does not know.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        self.money(self.total_minor)
    }

    /// `minor` units of the order's currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Option<Money> {
        let currency: Currency = self.currency.parse().ok()?;
        Some(Money::new(minor, currency))
    }

    /// `minor` units of the order's currency, for people.
    #[must_use]
    pub fn shown(&self, minor: i64) -> String {
        money::shown(minor, &self.currency)
    }

    /// Whether the buyer may still pay it at `now`.
    #[must_use]
    pub fn is_payable(&self, now: Timestamp) -> bool {
        matches!(self.status, OrderStatus::Pending | OrderStatus::Failed)
            && self.total_minor > 0
            && self.expires_at.is_some_and(|until| until > now)
    }

    /// Writes a move that [`OrderStatus`] allowed, and returns the order as it is then. Its slot of a code
    /// moves with it. Wants the order locked.
    ///
    /// # Errors
    /// When the database fails; `NotFound` when the order is no longer where it was, which the lock rules out.
    pub fn move_to(&self, conn: &mut Conn, status: OrderStatus, now: Timestamp) -> QueryResult<Self> {
        let unchanged = orders::table.find(self.id).filter(orders::status.eq(self.status));
        let moved = diesel::update(unchanged)
            .set((orders::status.eq(status), orders::updated_at.eq(now)))
            .execute(conn)?;
        if moved == 0 {
            return Err(diesel::result::Error::NotFound);
        }
        code_use::follow(conn, self.id, status, now)?;
        orders::table.find(self.id).select(Self::as_select()).first(conn)
    }

    /// Leaves a note for admins, after those that are there.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_note(&self, conn: &mut Conn, note: &str) -> QueryResult<()> {
        let joined = if self.note.is_empty() { note.to_owned() } else { format!("{}\n{note}", self.note) };
        diesel::update(orders::table.find(self.id)).set(orders::note.eq(joined)).execute(conn)?;
        Ok(())
    }

    /// The order with this row id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, id: OrderId) -> QueryResult<Option<Self>> {
        orders::table.find(id).select(Self::as_select()).first(conn).optional()
    }

    /// The order of a page's address. Who may see it is for the caller to ask.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        orders::table.filter(orders::public_id.eq(public_id)).select(Self::as_select()).first(conn).optional()
    }

    /// The order, locked until the transaction ends, so that two that act on it act one after the other.
    ///
    /// SQLite has one writer at a time already.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lock(conn: &mut Conn, id: OrderId) -> QueryResult<Option<Self>> {
        match conn {
            Conn::Sqlite(conn) => orders::table.find(id).select(Self::as_select()).first(conn).optional(),
            Conn::Postgres(conn) => {
                orders::table.find(id).select(Self::as_select()).for_update().first(conn).optional()
            }
        }
    }
}
