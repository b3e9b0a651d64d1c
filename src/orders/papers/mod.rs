//! Invoices and credit notes: papers that follow from an order's facts, are numbered without a gap, and never change.
//!
//! An order with money gets one invoice, in the transaction that makes it paid. Money that went back gets a credit
//! note; a refund that failed later gets a paper that takes the note back. Other details of the buyer make a
//! correction: a document that refers to the invoice and amends it (directive 2006/112/EC, article 219). Its number is
//! the invoice's with `-C1`, and since no amount changes it counts for nothing in the books.

mod draft;
pub mod forms;
pub mod pages;
pub mod paper;
pub mod pdf;
mod responder;
pub mod routes;
pub mod snapshot;
pub mod vat;
pub mod view;

use std::sync::Arc;

use diesel::prelude::*;

pub use paper::{Paper, PaperId, PaperKind};
pub use snapshot::Snapshot;

use super::billing::{BillingSource, Details, OrderTax};
use super::refund::{Purpose, RefundId, RefundStatus};
use super::{LineItem, LineItemId, Order, OrderId};
use crate::config::{Seller, Settings, Tax};
use crate::db::schema::{refund_items, refunds};
use crate::db::{Conn, Timestamp};
use crate::shop::Identity;
use draft::Draft;

/// What papers need of the settings.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// Who sells.
    pub seller: Seller,
    /// The tax.
    pub tax: Tax,
    /// Whose name is on the paper where the seller has none.
    pub identity: Identity,
    /// The operator's fonts, as bytes.
    pub fonts: Vec<Arc<Vec<u8>>>,
}

impl From<&Settings> for Rules {
    fn from(settings: &Settings) -> Self {
        Self {
            seller: settings.seller.clone(),
            tax: settings.tax.clone(),
            identity: Identity::new(settings),
            // They were read when the settings were checked.
            fonts: settings
                .seller
                .fonts
                .iter()
                .filter_map(|path| std::fs::read(path).ok())
                .map(Arc::new)
                .collect(),
        }
    }
}

impl Rules {
    /// The country that is taken where the buyer's is not known; empty where the settings name none.
    #[must_use]
    pub fn home(&self) -> &str {
        self.tax.home(&self.seller)
    }
}

/// Brings the papers of an order into line with its facts; doing it again changes nothing. Wants the order locked.
///
/// # Errors
/// When the database fails.
pub fn follow(conn: &mut Conn, rules: &Rules, order: &Order, now: Timestamp) -> QueryResult<()> {
    if order.paid_at.is_none() || order.total_minor == 0 {
        return Ok(());
    }
    let mut papers = Paper::of_order(conn, order.id)?;
    let invoice = match papers.iter().find(|paper| paper.kind == PaperKind::Invoice) {
        Some(invoice) => invoice.clone(),
        None => {
            let draft = draft(conn, rules, order, now)?;
            let invoice = Paper::write(conn, order, PaperKind::Invoice, None, None, &draft.invoice(now))?;
            papers.push(invoice.clone());
            invoice
        }
    };
    for refund in Back::of_order(conn, order.id)? {
        let of_refund = |kind: PaperKind| {
            papers.iter().find(move |paper| paper.kind == kind && paper.refund_id == Some(refund.id)).cloned()
        };
        let note = of_refund(PaperKind::CreditNote);
        let is_taken_back = of_refund(PaperKind::CreditReversal).is_some();
        let written = match (note, refund.status) {
            (None, RefundStatus::Succeeded) => {
                let items = refund.items(conn)?;
                let snapshot = draft::credit_note(&invoice, &papers, &items, refund.amount_minor, now)?;
                let kind = PaperKind::CreditNote;
                Paper::write(conn, order, kind, Some(&invoice), Some(refund.id), &snapshot)?
            }
            (Some(note), RefundStatus::Failed | RefundStatus::Cancelled) if !is_taken_back => {
                let snapshot = draft::reversal(&note, now)?;
                let kind = PaperKind::CreditReversal;
                Paper::write(conn, order, kind, Some(&note), Some(refund.id), &snapshot)?
            }
            _ => continue,
        };
        papers.push(written);
    }
    Ok(())
}

/// Writes other details of the buyer down, and a correction of the invoice if it says other ones; answers whether it
/// did. Wants the order locked.
///
/// # Errors
/// When the database fails.
pub fn correct(conn: &mut Conn, order: &Order, details: &Details, now: Timestamp) -> QueryResult<bool> {
    details.save(conn, order.id, BillingSource::Buyer, now)?;
    let papers = Paper::of_order(conn, order.id)?;
    let newest =
        papers.iter().rfind(|paper| matches!(paper.kind, PaperKind::Invoice | PaperKind::Correction));
    let invoice = papers.iter().find(|paper| paper.kind == PaperKind::Invoice);
    let (Some(newest), Some(invoice)) = (newest, invoice) else { return Ok(false) };
    let Some(snapshot) = draft::correction(newest, invoice, details, now)? else { return Ok(false) };
    Paper::write(conn, order, PaperKind::Correction, Some(invoice), None, &snapshot)?;
    Ok(true)
}

fn draft(conn: &mut Conn, rules: &Rules, order: &Order, now: Timestamp) -> QueryResult<Draft> {
    // An order that was paid before there were papers has no tax noted: it is what the settings say now.
    let tax = match OrderTax::of(conn, order.id)? {
        Some(tax) => tax,
        None => rules.included_or_none(order.total_minor),
    };
    Ok(Draft {
        rules: rules.clone(),
        items: LineItem::of_order(conn, order.id)?,
        details: Details::of(conn, order.id)?.unwrap_or_default(),
        supplied: order.paid_at.unwrap_or(now),
        order: order.clone(),
        tax,
    })
}

/// Money of an order that went back, or was to.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = refunds)]
struct Back {
    id: RefundId,
    status: RefundStatus,
    amount_minor: i64,
}

impl Back {
    /// The refunds of an order, but for those of a payment that came a second time: that was never billed.
    fn of_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<Self>> {
        refunds::table
            .filter(refunds::order_id.eq(order).and(refunds::purpose.ne(Purpose::SecondPayment)))
            .order(refunds::id)
            .select(Self::as_select())
            .load(conn)
    }

    /// For which items how much.
    fn items(&self, conn: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
        use crate::db::schema::line_items;
        let rows: Vec<(LineItemId, String, i64)> = refund_items::table
            .inner_join(line_items::table)
            .filter(refund_items::refund_id.eq(self.id))
            .order(line_items::id)
            .select((line_items::id, line_items::title, refund_items::amount_minor))
            .load(conn)?;
        Ok(rows.into_iter().map(|(_, title, amount)| (title, amount)).collect())
    }
}
