//! One attempt to pay an order at the gateway's own page.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::config::TaxKind;
use crate::db::schema::checkouts;
use crate::db::{Conn, Timestamp, row_id, text_enum};
use crate::orders::{Order, OrderId};
use crate::payments::{self, CheckoutFacts, CheckoutLine, CheckoutRequest, HostedCheckout, TaxMode};

use super::Till;

row_id!(
    /// The row of an attempt.
    AttemptId
);

text_enum! {
    /// Where an attempt is, as far as we know.
    pub enum AttemptStatus {
        /// The gateway was asked for it, or is about to be; its answer is not noted yet.
        Creating = "creating",
        /// It can be paid.
        Open = "open",
        /// The buyer went through it.
        Complete = "complete",
        /// It can no longer be paid.
        Expired = "expired",
    }
}

impl From<payments::CheckoutStatus> for AttemptStatus {
    fn from(status: payments::CheckoutStatus) -> Self {
        match status {
            payments::CheckoutStatus::Open => Self::Open,
            payments::CheckoutStatus::Complete => Self::Complete,
            payments::CheckoutStatus::Expired => Self::Expired,
        }
    }
}

/// One attempt to pay an order.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = checkouts)]
pub struct Attempt {
    /// The row.
    pub id: AttemptId,
    /// Of which order.
    pub order_id: OrderId,
    /// 1, 2, ….
    pub attempt: i32,
    /// The gateway's id of it, once noted.
    pub gateway_id: Option<String>,
    /// The gateway's page for it, once noted.
    pub url: Option<String>,
    /// Where it is.
    pub status: AttemptStatus,
    /// Until when it can be paid.
    pub expires_at: Option<Timestamp>,
}

impl Attempt {
    /// The newest attempt to pay an order, if there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn newest(conn: &mut Conn, order: OrderId) -> QueryResult<Option<Self>> {
        checkouts::table
            .filter(checkouts::order_id.eq(order))
            .order(checkouts::attempt.desc())
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// The attempt that the gateway knows by this id.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, gateway: &str, gateway_id: &str) -> QueryResult<Option<Self>> {
        checkouts::table
            .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.eq(gateway_id)))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// This gateway's ids of an order's attempts that may still be paid, or whose end we have not seen. Those of a
    /// gateway that the shop had before are not asked of this one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open_of(conn: &mut Conn, order: OrderId, gateway: &str) -> QueryResult<Vec<String>> {
        let ids: Vec<Option<String>> = checkouts::table
            .filter(checkouts::order_id.eq(order).and(checkouts::status.eq(AttemptStatus::Open)))
            .filter(checkouts::gateway.eq(gateway))
            .order(checkouts::attempt.desc())
            .select(checkouts::gateway_id)
            .load(conn)?;
        Ok(ids.into_iter().flatten().collect())
    }

    /// The attempt to send the buyer to: the newest while it can be paid, else a new one. Wants the order locked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn current_or_new(
        conn: &mut Conn,
        order: OrderId,
        gateway: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> QueryResult<Self> {
        let newest = Self::newest(conn, order)?;
        let number = newest.as_ref().map_or(0, |attempt| attempt.attempt) + 1;
        if let Some(attempt) = newest
            && matches!(attempt.status, AttemptStatus::Creating | AttemptStatus::Open)
            && attempt.expires_at.is_some_and(|until| until > now + attempt.rest())
        {
            return Ok(attempt);
        }
        let id: AttemptId = diesel::insert_into(checkouts::table)
            .values((
                checkouts::order_id.eq(order),
                checkouts::attempt.eq(number),
                checkouts::gateway.eq(gateway),
                checkouts::status.eq(AttemptStatus::Creating),
                checkouts::created_at.eq(now),
                checkouts::updated_at.eq(now),
                checkouts::expires_at.eq(expires_at),
            ))
            .returning(checkouts::id)
            .get_result(conn)?;
        checkouts::table.find(id).select(Self::as_select()).first(conn)
    }

    /// How much of its time must be left for it to be of use: a page that is yet to be made must be open for half an
    /// hour, or the gateway refuses.
    const fn rest(&self) -> TimeDelta {
        match self.status {
            AttemptStatus::Creating => TimeDelta::minutes(31),
            _ => TimeDelta::zero(),
        }
    }

    /// Notes where the gateway has put it, even if another tab was refused meanwhile and gave it up: what can be paid
    /// must be in the books. The same answer twice changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn opened(&self, conn: &mut Conn, hosted: &HostedCheckout, now: Timestamp) -> QueryResult<()> {
        let unnoted = checkouts::table.find(self.id).filter(checkouts::gateway_id.is_null());
        diesel::update(unnoted)
            .set((
                checkouts::gateway_id.eq(hosted.id.as_str()),
                checkouts::url.eq(hosted.url.as_str()),
                checkouts::expires_at.eq(hosted.expires_at),
                checkouts::status.eq(AttemptStatus::Open),
                checkouts::updated_at.eq(now),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Takes a checkout of the gateway into the books that they do not have and that is about this order: a copy from
    /// before it may have been brought back. Wants the order locked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn adopt(
        conn: &mut Conn,
        order: OrderId,
        gateway: &str,
        facts: &CheckoutFacts,
        now: Timestamp,
    ) -> QueryResult<Self> {
        let newest = Self::newest(conn, order)?;
        let id: AttemptId = diesel::insert_into(checkouts::table)
            .values((
                checkouts::order_id.eq(order),
                checkouts::attempt.eq(newest.map_or(0, |attempt| attempt.attempt) + 1),
                checkouts::gateway.eq(gateway),
                checkouts::gateway_id.eq(facts.id.as_str()),
                checkouts::status.eq(AttemptStatus::from(facts.status)),
                checkouts::created_at.eq(facts.created),
                checkouts::updated_at.eq(now),
            ))
            .returning(checkouts::id)
            .get_result(conn)?;
        checkouts::table.find(id).select(Self::as_select()).first(conn)
    }

    /// Notes that the gateway was asked for it and did not say what became of it: others come first now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn asked(conn: &mut Conn, gateway: &str, gateway_id: &str, now: Timestamp) -> QueryResult<()> {
        let asked =
            checkouts::table.filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.eq(gateway_id)));
        diesel::update(asked).set(checkouts::updated_at.eq(now)).execute(conn)?;
        Ok(())
    }

    /// Notes that the gateway made no checkout of it: the next try is a new attempt, under a new key. One that another
    /// tab has opened meanwhile stays open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn given_up(&self, conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
        let creating = checkouts::table.find(self.id).filter(checkouts::status.eq(AttemptStatus::Creating));
        diesel::update(creating)
            .set((checkouts::status.eq(AttemptStatus::Expired), checkouts::updated_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }

    /// Notes what the gateway says of it. One that is over is never open again: such an answer is an old one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn follow(&self, conn: &mut Conn, status: AttemptStatus, now: Timestamp) -> QueryResult<()> {
        let is_over = |status| matches!(status, AttemptStatus::Complete | AttemptStatus::Expired);
        let status = if is_over(self.status) && !is_over(status) { self.status } else { status };
        diesel::update(checkouts::table.find(self.id))
            .set((checkouts::status.eq(status), checkouts::updated_at.eq(now)))
            .execute(conn)?;
        Ok(())
    }

    /// What to ask the gateway for. The same attempt always asks for the same, under the same key.
    #[must_use]
    pub fn request(
        &self,
        till: &Till,
        order: &Order,
        lines: Vec<CheckoutLine>,
        locale: &str,
        expires_at: Timestamp,
    ) -> Option<CheckoutRequest> {
        let page = format!("/orders/{}", order.public_id);
        Some(CheckoutRequest {
            reference: order.public_id.clone(),
            lines,
            total: order.total()?,
            email: order.email.clone(),
            locale: locale.to_owned(),
            tax: match till.rules.tax.mode {
                TaxKind::StripeInclusive => TaxMode::Inclusive,
                TaxKind::StripeExclusive => TaxMode::Exclusive,
                TaxKind::None | TaxKind::Included => TaxMode::None,
            },
            success_url: till.base_url.join(&format!("{page}/return")),
            cancel_url: till.base_url.join(&page),
            expires_at,
            idempotency_key: format!("co/{}/{}", order.public_id, self.attempt),
        })
    }
}
