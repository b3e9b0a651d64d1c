//! Money that a gateway holds or held for an order.

use diesel::prelude::*;

use super::{Order, OrderId};
use crate::db::schema::payments;
use crate::db::{Conn, Timestamp, insert_once, row_id, text_enum};
use crate::money::{self, Money};

row_id!(
    /// The row of a payment.
    PaymentId
);

text_enum! {
    /// Where a payment is.
    pub enum PaymentState {
        /// On its way.
        Processing = "processing",
        /// There.
        Succeeded = "succeeded",
        /// It did not come.
        Failed = "failed",
    }
}

/// Money that a gateway holds or held for an order.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = payments)]
pub struct Payment {
    /// The row.
    pub id: PaymentId,
    /// For which order.
    pub order_id: OrderId,
    /// Who holds it.
    pub gateway: String,
    /// The gateway's id of it.
    pub gateway_id: String,
    /// Where it is.
    pub status: PaymentState,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was heard of.
    pub created_at: Timestamp,
    /// When its money came, if it did.
    pub settled_at: Option<Timestamp>,
}

impl Payment {
    /// The first payment of an order that came, if one did.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settled_of(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        payments::table
            .filter(payments::order_id.eq(order).and(payments::status.eq(PaymentState::Succeeded)))
            .order(payments::id.asc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Every payment of an order, in the order in which they came; those that did not come last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<Self>> {
        let mut all: Vec<Self> = payments::table
            .filter(payments::order_id.eq(order))
            .order(payments::id.asc())
            .select(Self::as_select())
            .load(conn)?;
        all.sort_by_key(|payment| (payment.settled_at.is_none(), payment.settled_at, payment.id));
        Ok(all)
    }

    /// The payment that the gateway knows by this id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, gateway: &str, gateway_id: &str) -> QueryResult<Option<Self>> {
        payments::table
            .filter(payments::gateway.eq(gateway).and(payments::gateway_id.eq(gateway_id)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Gives the payment that goes by `old` its own id, if there is one.
    pub(super) fn rename(conn: &mut Conn, gateway: &str, old: &str, new: &str) -> QueryResult<Option<Self>> {
        let known = payments::table.filter(payments::gateway.eq(gateway).and(payments::gateway_id.eq(old)));
        diesel::update(known).set(payments::gateway_id.eq(new)).execute(conn)?;
        Self::find(conn, gateway, new)
    }

    /// What `minor` units of it are, for the gateway; nothing when its currency is one that the shop does not know.
    #[must_use]
    pub fn money(&self, minor: i64) -> Option<Money> {
        Some(Money::new(minor, self.currency.parse().ok()?))
    }

    /// `minor` units of its currency, for people.
    #[must_use]
    pub fn shown(&self, minor: i64) -> String {
        money::shown(minor, &self.currency)
    }

    /// Writes down where a payment is; what has come is never unsaid. Wants the order locked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record(
        conn: &mut Conn,
        order: &Order,
        gateway_id: &str,
        state: PaymentState,
        amount: (i64, &str),
        now: Timestamp,
    ) -> QueryResult<Self> {
        let settled_at = (state == PaymentState::Succeeded).then_some(now);
        let (amount_minor, currency) = amount;
        let is_new = insert_once!(
            conn,
            payments::table,
            (
                payments::order_id.eq(order.id),
                payments::gateway.eq(order.gateway.as_str()),
                payments::gateway_id.eq(gateway_id),
                payments::status.eq(state),
                payments::amount_minor.eq(amount_minor),
                payments::currency.eq(currency),
                payments::created_at.eq(now),
                payments::updated_at.eq(now),
                payments::settled_at.eq(settled_at),
            )
        )?;
        if !is_new {
            let known = payments::table
                .filter(payments::gateway.eq(order.gateway.as_str()))
                .filter(payments::gateway_id.eq(gateway_id));
            let other =
                known.filter(payments::status.ne(PaymentState::Succeeded).and(payments::status.ne(state)));
            diesel::update(other)
                .set((
                    payments::status.eq(state),
                    payments::updated_at.eq(now),
                    payments::settled_at.eq(settled_at),
                ))
                .execute(conn)?;
            diesel::update(
                known.filter(payments::amount_minor.ne(amount_minor).or(payments::currency.ne(currency))),
            )
            .set((
                payments::amount_minor.eq(amount_minor),
                payments::currency.eq(currency),
                payments::updated_at.eq(now),
            ))
            .execute(conn)?;
        }
        Self::find(conn, &order.gateway, gateway_id)?.ok_or(diesel::result::Error::NotFound)
    }
}
