//! What happened to an order's money, and when: in plain words, for its page.

use diesel::prelude::*;

use super::Order;
use super::payment::{Payment, PaymentId, PaymentState};
use super::refund::{Purpose, RefundId, RefundStatus};
use crate::db::schema::{disputes, line_items, refund_items, refunds};
use crate::db::{Conn, Timestamp};
use crate::payments::DisputeState;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What, as a sentence without its full stop.
    pub what: String,
    /// How much, written with its currency.
    pub amount: String,
    /// Whether the money went away from the shop.
    pub is_return: bool,
}

/// All that happened to an order's money.
#[derive(Debug, Clone, Default)]
pub struct Happenings {
    /// In the order of time.
    pub all: Vec<Happening>,
    /// What went back for the order, written with its currency; empty for nothing. A second payment that was sent back
    /// is not among it.
    pub returned: String,
    /// The titles that money went back for, as at the sale.
    pub returned_titles: Vec<String>,
    /// When the order's payment was disputed last, if it was.
    pub disputed_at: Option<Timestamp>,
}

/// A refund's row, as far as it is told.
type RefundRow = (RefundId, PaymentId, RefundStatus, Purpose, i64, Timestamp, Timestamp);

/// A dispute's row, as far as it is told.
type DisputeRow = (PaymentId, DisputeState, i64, Timestamp, Timestamp);

impl Happenings {
    /// Loads what happened; five queries at most.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, order: &Order) -> QueryResult<Self> {
        let payments = Payment::of_order(conn, order.id)?;
        let mut told = Self::default();
        if payments.is_empty() {
            return Ok(told);
        }
        let second: Vec<PaymentId> = refunds::table
            .filter(refunds::order_id.eq(order.id).and(refunds::purpose.eq(Purpose::SecondPayment)))
            .select(refunds::payment_id)
            .load(conn)?;
        for payment in &payments {
            told.payment(payment, second.contains(&payment.id));
        }
        told.refunds(conn, order, &payments)?;
        told.disputes(conn, order, &payments)?;
        told.all.sort_by_key(|happening| happening.at);
        Ok(told)
    }

    fn payment(&mut self, payment: &Payment, is_second: bool) {
        let what = match payment.status {
            PaymentState::Succeeded if is_second => "Paid a second time",
            PaymentState::Succeeded => "Paid",
            PaymentState::Processing => "Payment announced; the bank has not confirmed it yet",
            PaymentState::Failed => "A payment did not go through; nothing was charged",
        };
        self.all.push(Happening {
            at: payment.settled_at.unwrap_or(payment.created_at),
            what: what.to_owned(),
            amount: payment.shown(payment.amount_minor),
            is_return: false,
        });
    }

    fn refunds(&mut self, conn: &mut Conn, order: &Order, payments: &[Payment]) -> QueryResult<()> {
        let rows: Vec<RefundRow> = refunds::table
            .filter(refunds::order_id.eq(order.id))
            .order(refunds::id)
            .select((
                refunds::id,
                refunds::payment_id,
                refunds::status,
                refunds::purpose,
                refunds::amount_minor,
                refunds::created_at,
                refunds::updated_at,
            ))
            .load(conn)?;
        let titles: Vec<(RefundId, String)> = refund_items::table
            .inner_join(refunds::table)
            .inner_join(line_items::table)
            .filter(refunds::order_id.eq(order.id))
            .order(line_items::id)
            .select((refund_items::refund_id, line_items::title))
            .load(conn)?;
        let mut returned = 0;
        let mut shown_by = None;
        for (id, payment, status, purpose, minor, created_at, updated_at) in rows {
            let Some(payment) = payments.iter().find(|known| known.id == payment) else { continue };
            let books: Vec<String> =
                titles.iter().filter(|(refund, _)| *refund == id).map(|(_, title)| title.clone()).collect();
            let went = matches!(status, RefundStatus::Pending | RefundStatus::Succeeded);
            let for_what = match (purpose, books.as_slice()) {
                (Purpose::SecondPayment, _) => "the second payment".to_owned(),
                (_, []) => String::new(),
                (_, books) => list(books),
            };
            let what = match status {
                RefundStatus::Requested => "A refund is being made",
                RefundStatus::Pending => "Sent back, on its way",
                RefundStatus::Succeeded => "Sent back",
                RefundStatus::Failed => "A refund did not work; the money is still with us",
                RefundStatus::Cancelled => "A refund was called off; the money is still with us",
            };
            let what = if for_what.is_empty() { what.to_owned() } else { format!("{what}: {for_what}") };
            let at = if went || status == RefundStatus::Requested { created_at } else { updated_at };
            self.all.push(Happening { at, what, amount: payment.shown(minor), is_return: went });
            if went && purpose != Purpose::SecondPayment {
                returned += minor;
                shown_by = Some(payment);
                self.returned_titles.extend(books);
            }
        }
        self.returned = shown_by.map(|payment| payment.shown(returned)).unwrap_or_default();
        Ok(())
    }

    fn disputes(&mut self, conn: &mut Conn, order: &Order, payments: &[Payment]) -> QueryResult<()> {
        let rows: Vec<DisputeRow> = disputes::table
            .filter(disputes::order_id.eq(order.id))
            .order(disputes::id)
            .select((
                disputes::payment_id,
                disputes::state,
                disputes::amount_minor,
                disputes::created_at,
                disputes::updated_at,
            ))
            .load(conn)?;
        for (payment, state, minor, created_at, updated_at) in rows {
            let Some(payment) = payments.iter().find(|known| known.id == payment) else { continue };
            let amount = payment.shown(minor);
            let mut add = |at, what: &str, is_return| {
                self.all.push(Happening { at, what: what.to_owned(), amount: amount.clone(), is_return });
            };
            match state {
                // A question of the bank is the shop's matter.
                DisputeState::Inquiry | DisputeState::InquiryClosed => continue,
                DisputeState::Open | DisputeState::Unclear | DisputeState::Won | DisputeState::Lost => {
                    add(created_at, "Disputed by your bank", false);
                }
            }
            match state {
                DisputeState::Won => {
                    add(updated_at, "Your bank closed the dispute; the payment stands", false)
                }
                DisputeState::Lost => add(updated_at, "Taken back by your bank", true),
                _ => {}
            }
            self.disputed_at = Some(created_at);
        }
        Ok(())
    }
}

/// “Emma”; “Emma” and “Salt Roads”; “Emma”, “Salt Roads” and 2 more.
#[must_use]
pub fn list(titles: &[String]) -> String {
    match titles {
        [] => String::new(),
        [only] => format!("“{only}”"),
        [first, second] => format!("“{first}” and “{second}”"),
        [first, second, rest @ ..] => format!("“{first}”, “{second}” and {} more", rest.len()),
    }
}
