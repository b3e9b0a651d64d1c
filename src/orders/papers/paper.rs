//! A paper's row, and the series that numbers come from.

use chrono::Datelike as _;
use diesel::prelude::*;

use super::snapshot::{Reference, Snapshot};
use crate::db::schema::{paper_series, papers};
use crate::db::{Conn, Timestamp, insert_once, row_id, text_enum};
use crate::orders::refund::RefundId;
use crate::orders::{Order, OrderId};

row_id!(
    /// The row of a paper.
    PaperId
);

text_enum! {
    /// What a paper is.
    pub enum PaperKind {
        /// The bill for a paid order.
        Invoice = "invoice",
        /// The same bill with other details of the buyer; no amount changes.
        Correction = "correction",
        /// Money that went back.
        CreditNote = "credit_note",
        /// Takes a credit note back: its refund did not work after all.
        CreditReversal = "credit_reversal",
    }
}

/// A paper: written once, never changed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = papers)]
pub struct Paper {
    /// The row.
    pub id: PaperId,
    /// About which order.
    pub order_id: OrderId,
    /// What it is.
    pub kind: PaperKind,
    /// Its number.
    pub number: String,
    /// The paper that it changes.
    pub refers_to: Option<PaperId>,
    /// The refund that it is about.
    pub refund_id: Option<RefundId>,
    /// All of it, in minor units.
    pub total_minor: i64,
    /// The tax in it.
    pub tax_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// What it says, as JSON: see [`Paper::read`].
    pub snapshot: String,
    /// When it was written.
    pub issued_at: Timestamp,
}

impl Paper {
    /// What it says.
    ///
    /// # Errors
    /// When the row does not hold what this version wrote: a fault of ours.
    pub fn read(&self) -> Result<Snapshot, serde_json::Error> {
        serde_json::from_str(&self.snapshot)
    }

    /// How another paper names it.
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference { number: self.number.clone(), issued: self.issued_at }
    }

    /// The papers of an order, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<Self>> {
        papers::table
            .filter(papers::order_id.eq(order))
            .order(papers::id)
            .select(Self::as_select())
            .load(conn)
    }

    /// The orders among these that have an invoice.
    ///
    /// # Errors
    /// When the database fails.
    pub fn invoiced(conn: &mut Conn, orders: &[OrderId]) -> QueryResult<Vec<OrderId>> {
        papers::table
            .filter(papers::order_id.eq_any(orders.to_vec()).and(papers::kind.eq(PaperKind::Invoice)))
            .select(papers::order_id)
            .load(conn)
    }

    /// Writes a paper with the next number of its series; a correction's number is its invoice's with a count. Wants
    /// the order locked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn write(
        conn: &mut Conn,
        order: &Order,
        kind: PaperKind,
        about: Option<&Self>,
        refund: Option<RefundId>,
        snapshot: &Snapshot,
    ) -> QueryResult<Self> {
        let number = match (kind, about) {
            (PaperKind::Correction, Some(invoice)) => correction_number(conn, invoice)?,
            _ => next_number(conn, kind, order.livemode, snapshot.issued)?,
        };
        let text = serde_json::to_string(snapshot)
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        let tax: i64 = snapshot.vat.lines.iter().map(|line| line.tax_minor).sum();
        diesel::insert_into(papers::table)
            .values((
                papers::order_id.eq(order.id),
                papers::kind.eq(kind),
                papers::number.eq(number.as_str()),
                papers::refers_to.eq(about.map(|paper| paper.id)),
                papers::refund_id.eq(refund),
                papers::total_minor.eq(snapshot.total_minor),
                papers::tax_minor.eq(tax),
                papers::currency.eq(snapshot.currency.as_str()),
                papers::snapshot.eq(text),
                papers::issued_at.eq(snapshot.issued),
            ))
            .execute(conn)?;
        tracing::info!(order = %order.number, %kind, %number, "a paper was written");
        papers::table.filter(papers::number.eq(number)).select(Self::as_select()).first(conn)
    }
}

fn correction_number(conn: &mut Conn, invoice: &Paper) -> QueryResult<String> {
    let before: i64 = papers::table
        .filter(papers::refers_to.eq(invoice.id).and(papers::kind.eq(PaperKind::Correction)))
        .count()
        .get_result(conn)?;
    Ok(format!("{}-C{}", invoice.number, before + 1))
}

/// The next number: `2026-000001`, `CN-2026-000001` for credit notes and what takes them back, with `TEST-` before it
/// for money that is not real.
///
/// The series' row stays locked until the transaction ends, and goes back with it: so there is no gap, and no number
/// twice. It is the last row that a transaction locks.
fn next_number(conn: &mut Conn, kind: PaperKind, livemode: bool, now: Timestamp) -> QueryResult<String> {
    let test = if livemode { "" } else { "TEST-" };
    let credit = match kind {
        PaperKind::Invoice | PaperKind::Correction => "",
        PaperKind::CreditNote | PaperKind::CreditReversal => "CN-",
    };
    let series = format!("{test}{credit}{}", now.year());
    insert_once!(
        conn,
        paper_series::table,
        (paper_series::series.eq(series.as_str()), paper_series::last.eq(0))
    )?;
    let last: i64 = diesel::update(paper_series::table.find(series.as_str()))
        .set(paper_series::last.eq(paper_series::last + 1))
        .returning(paper_series::last)
        .get_result(conn)?;
    Ok(format!("{series}-{last:06}"))
}
