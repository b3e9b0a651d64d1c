//! Money that a gateway holds or held for an order.

use diesel::prelude::*;

use super::{Order, OrderId};
use crate::db::schema::payments;
use crate::db::{Conn, Timestamp, insert_once, row_id, text_enum};

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

    /// Writes down where a payment is; what has come is never unsaid. Wants the order locked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn record(
        conn: &mut Conn,
        order: &Order,
        gateway_id: &str,
        state: PaymentState,
        amount_minor: i64,
        now: Timestamp,
    ) -> QueryResult<()> {
        let settled_at = (state == PaymentState::Succeeded).then_some(now);
        let is_new = insert_once!(
            conn,
            payments::table,
            (
                payments::order_id.eq(order.id),
                payments::gateway.eq(order.gateway.as_str()),
                payments::gateway_id.eq(gateway_id),
                payments::status.eq(state),
                payments::amount_minor.eq(amount_minor),
                payments::currency.eq(order.currency.as_str()),
                payments::created_at.eq(now),
                payments::updated_at.eq(now),
                payments::settled_at.eq(settled_at),
            )
        )?;
        if is_new {
            return Ok(());
        }
        let other = payments::table
            .filter(payments::gateway.eq(order.gateway.as_str()))
            .filter(payments::gateway_id.eq(gateway_id))
            .filter(payments::status.ne(PaymentState::Succeeded).and(payments::status.ne(state)));
        diesel::update(other)
            .set((
                payments::status.eq(state),
                payments::updated_at.eq(now),
                payments::settled_at.eq(settled_at),
            ))
            .execute(conn)?;
        Ok(())
    }
}
