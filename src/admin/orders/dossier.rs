//! All that the shop knows of one order.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::accounts::Account;
use crate::admin::act::Act;
use crate::checkout::attempt::AttemptStatus;
use crate::db::schema::{
    book_files, checkouts, disputes, downloads, findings, mails, payment_events, payments, refund_items,
    refunds,
};
use crate::db::{Conn, MultiBackend, Timestamp};
use crate::downloads::Delivered;
use crate::orders::payment::PaymentState;
use crate::orders::refund::{RefundId, RefundStatus};
use crate::orders::{Finding, LineItem, LineItemId, Order};
use crate::payments::DisputeState;
use crate::pricing::reduction::Reduction;

/// How many downloads are listed.
const DOWNLOADS: i64 = 50;

/// All that the shop knows of one order.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The order.
    pub order: Order,
    /// Whose account it is in, if in one.
    pub account: Option<Account>,
    /// What was bought.
    pub items: Vec<LineItem>,
    /// Why some cost less than their price.
    pub reductions: HashMap<LineItemId, Reduction>,
    /// Attempts to pay.
    pub attempts: Vec<AttemptRow>,
    /// Money.
    pub payments: Vec<PaymentRow>,
    /// Money that went back.
    pub refunds: Vec<RefundRow>,
    /// Money that was asked back.
    pub disputes: Vec<DisputeRow>,
    /// What the gateway rang about.
    pub events: Vec<EventRow>,
    /// Mails about it.
    pub mails: Vec<MailRow>,
    /// The newest downloads that were had because of it.
    pub downloads: Vec<DownloadRow>,
    /// How many there were.
    pub download_count: i64,
    /// The newest downloads as people count them.
    pub delivered: Vec<Delivered>,
    /// What admins did.
    pub acts: Vec<Act>,
    /// What was found, open ones and others.
    pub findings: Vec<Finding>,
}

/// An attempt to pay.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = checkouts)]
pub struct AttemptRow {
    /// 1, 2, ….
    pub attempt: i32,
    /// Where.
    pub gateway: String,
    /// The gateway's id, once noted.
    pub gateway_id: Option<String>,
    /// Where it is.
    pub status: AttemptStatus,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last asked for.
    pub updated_at: Timestamp,
}

/// A payment.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payments)]
pub struct PaymentRow {
    /// Who holds it.
    pub gateway: String,
    /// The gateway's id.
    pub gateway_id: String,
    /// Where it is.
    pub status: PaymentState,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was heard of.
    pub created_at: Timestamp,
    /// When it came.
    pub settled_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = refunds)]
struct RefundCore {
    id: RefundId,
    public_id: String,
    gateway_id: Option<String>,
    status: RefundStatus,
    amount_minor: i64,
    reason: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A refund.
#[derive(Debug, Clone)]
pub struct RefundRow {
    id: RefundId,
    /// The shop's own id of it.
    pub public_id: String,
    /// The gateway's id, once it has one.
    pub gateway_id: Option<String>,
    /// Where it is.
    pub status: RefundStatus,
    /// How much, in minor units.
    pub amount_minor: i64,
    /// Why.
    pub reason: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// For which items.
    pub items: Vec<LineItemId>,
}

impl From<RefundCore> for RefundRow {
    fn from(core: RefundCore) -> Self {
        let RefundCore { id, public_id, gateway_id, status, amount_minor, reason, created_at, updated_at } =
            core;
        Self {
            id,
            public_id,
            gateway_id,
            status,
            amount_minor,
            reason,
            created_at,
            updated_at,
            items: Vec::new(),
        }
    }
}

/// A dispute.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = disputes)]
pub struct DisputeRow {
    /// Where.
    pub gateway: String,
    /// The gateway's id.
    pub gateway_id: String,
    /// Where it is.
    pub state: DisputeState,
    /// Why, in the bank's words.
    pub reason: String,
    /// How much is asked back, in minor units.
    pub amount_minor: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An event of the gateway.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = payment_events)]
pub struct EventRow {
    /// Where.
    pub gateway: String,
    /// The gateway's id.
    pub event_id: String,
    /// What happened, in the gateway's words.
    pub kind: String,
    /// Whether real money is meant.
    pub livemode: bool,
    /// When it came.
    pub received_at: Timestamp,
    /// Why it could not be acted on yet.
    pub last_error: Option<String>,
    /// When it was acted on.
    pub processed_at: Option<Timestamp>,
}

/// A mail about the order. Its words are not shown: they hold links that open things.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mails)]
pub struct MailRow {
    /// To whom.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// Why it could not be sent.
    pub last_error: Option<String>,
}

/// A download.
#[derive(Debug, Clone)]
pub struct DownloadRow {
    /// When.
    pub at: Timestamp,
    /// The file's name.
    pub file: String,
    /// Which part of it was asked for; empty for all.
    pub range: String,
}

impl Dossier {
    /// Loads it; the number of queries does not grow with the order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn load(conn: &mut Conn, order: Order) -> QueryResult<Self> {
        let id = order.id;
        let account = match order.account_id {
            Some(account) => Account::find(conn, account)?,
            None => None,
        };
        let attempts: Vec<AttemptRow> = checkouts::table
            .filter(checkouts::order_id.eq(id))
            .order(checkouts::attempt)
            .select(AttemptRow::as_select())
            .load(conn)?;
        let payments: Vec<PaymentRow> = payments::table
            .filter(payments::order_id.eq(id))
            .order(payments::id)
            .select(PaymentRow::as_select())
            .load(conn)?;
        let refunds = refunds_of(conn, &order)?;
        let disputes: Vec<DisputeRow> = disputes::table
            .filter(disputes::order_id.eq(id))
            .order(disputes::id)
            .select(DisputeRow::as_select())
            .load(conn)?;
        let objects: Vec<String> = attempts
            .iter()
            .filter_map(|attempt| attempt.gateway_id.clone())
            .chain(payments.iter().map(|payment| payment.gateway_id.clone()))
            .chain(refunds.iter().filter_map(|refund| refund.gateway_id.clone()))
            .chain(disputes.iter().map(|dispute| dispute.gateway_id.clone()))
            .collect();
        let (downloads, download_count) = downloads_of(conn, &order)?;
        let delivered = Delivered::of_order(conn, order.id, DOWNLOADS)?;
        Ok(Self {
            account,
            items: LineItem::of_order(conn, id)?,
            reductions: Reduction::of_order(conn, id)?,
            events: events_about(conn, &objects)?,
            mails: mails_about(conn, &order, &refunds, &objects)?,
            downloads,
            download_count,
            delivered,
            acts: Act::of_order(conn, id)?,
            findings: findings::table
                .filter(findings::order_id.eq(id))
                .order(findings::id)
                .select(Finding::as_select())
                .load(conn)?,
            attempts,
            payments,
            refunds,
            disputes,
            order,
        })
    }
}

fn refunds_of(conn: &mut Conn, order: &Order) -> QueryResult<Vec<RefundRow>> {
    let mut found: Vec<RefundRow> = refunds::table
        .filter(refunds::order_id.eq(order.id))
        .order(refunds::id)
        .select(RefundCore::as_select())
        .load(conn)?
        .into_iter()
        .map(RefundRow::from)
        .collect();
    let ids: Vec<RefundId> = found.iter().map(|refund| refund.id).collect();
    let items: Vec<(RefundId, LineItemId)> = refund_items::table
        .filter(refund_items::refund_id.eq_any(ids))
        .order((refund_items::refund_id, refund_items::line_item_id))
        .select((refund_items::refund_id, refund_items::line_item_id))
        .load(conn)?;
    for refund in &mut found {
        refund.items = items.iter().filter(|(of, _)| *of == refund.id).map(|(_, item)| *item).collect();
    }
    Ok(found)
}

fn events_about(conn: &mut Conn, objects: &[String]) -> QueryResult<Vec<EventRow>> {
    payment_events::table
        .filter(payment_events::object_id.eq_any(objects.to_vec()))
        .order(payment_events::id)
        .select(EventRow::as_select())
        .load(conn)
}

/// A mail's key names what it is about: the order, one of its refunds, or something at the gateway.
fn mails_about(
    conn: &mut Conn,
    order: &Order,
    refunds: &[RefundRow],
    objects: &[String],
) -> QueryResult<Vec<MailRow>> {
    let names = std::iter::once(order.public_id.as_str())
        .chain(refunds.iter().map(|refund| refund.public_id.as_str()))
        .chain(objects.iter().map(String::as_str));
    let mut about = mails::table.into_boxed::<MultiBackend>();
    for name in names {
        about = about.or_filter(mails::unique_key.like(format!("%/{name}%")));
    }
    about.order(mails::id).select(MailRow::as_select()).load(conn)
}

fn downloads_of(conn: &mut Conn, order: &Order) -> QueryResult<(Vec<DownloadRow>, i64)> {
    let of_order =
        || downloads::table.filter(downloads::order_id.eq(order.id).and(downloads::allowed.eq(true)));
    let rows: Vec<(Timestamp, String, Option<String>)> = of_order()
        .inner_join(book_files::table)
        .order(downloads::id.desc())
        .limit(DOWNLOADS)
        .select((downloads::at, book_files::file_name, downloads::range))
        .load(conn)?;
    let rows =
        rows.into_iter().map(|(at, file, range)| DownloadRow { at, file, range: range.unwrap_or_default() });
    Ok((rows.collect(), of_order().count().get_result(conn)?))
}
