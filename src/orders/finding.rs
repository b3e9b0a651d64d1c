//! What an admin has to look at: where money, orders and rights do not agree, or where a decision is theirs.
//!
//! A finding is raised by whoever sees it, any number of times, and stays one row: the same kind about the same subject.

use diesel::prelude::*;

use super::OrderId;
use crate::accounts::AccountId;
use crate::db::schema::findings;
use crate::db::{Conn, MultiBackend, Timestamp, insert_once, row_id, text_enum};
use crate::ids;

row_id!(
    /// The row of a finding.
    FindingId
);

text_enum! {
    /// What was found.
    pub enum FindingKind {
        /// The gateway's facts do not fit the order; nobody gets anything before an admin has looked.
        Mismatch = "mismatch",
        /// An order was paid twice; the second payment is refunded by itself.
        PaidTwice = "paid_twice",
        /// A refund did not work or was called off: the money is still ours, and access is back.
        RefundFailed = "refund_failed",
        /// Money went back at the gateway's own site without saying for which books.
        RefundUnassigned = "refund_unassigned",
        /// A buyer's bank asks about a payment; no money has moved.
        Inquiry = "inquiry",
        /// A buyer's bank asks for the money back; access is closed meanwhile.
        Disputed = "disputed",
        /// A dispute was lost; access is closed for good.
        DisputeLost = "dispute_lost",
        /// The gateway said something that this version does not know.
        Unclear = "unclear",
        /// The gateway holds money that is in no order of ours.
        PaymentUnknown = "payment_unknown",
        /// An order counts as paid, and the gateway holds no such payment.
        PaymentMissing = "payment_missing",
        /// The gateway's sum of what went back is another one than the order's.
        RefundDiffers = "refund_differs",
        /// The gateway has a dispute, or an end of one, that the order does not show.
        DisputeDiffers = "dispute_differs",
        /// A paid order without a receipt.
        ReceiptMissing = "receipt_missing",
        /// An order has waited for its money or its answer too long.
        Stuck = "stuck",
        /// A buyer withdrew from the contract.
        Withdrawal = "withdrawal",
    }
}

/// What was found.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = findings)]
pub struct Finding {
    /// The row.
    pub id: FindingId,
    /// The id in its page's address.
    pub public_id: String,
    /// What it is.
    pub kind: FindingKind,
    /// About what: the gateway's id of a payment, refund or dispute, or an order's public id.
    pub subject: String,
    /// In which order, if it is one of ours.
    pub order_id: Option<OrderId>,
    /// What differs, in words for an admin.
    pub detail: String,
    /// When it was seen first.
    pub first_seen_at: Timestamp,
    /// When it was seen last.
    pub last_seen_at: Timestamp,
    /// When the admins were told.
    pub alerted_at: Option<Timestamp>,
    /// When it was put right, if it was.
    pub resolved_at: Option<Timestamp>,
    /// By whom; by nobody when it went away by itself.
    pub resolved_by: Option<AccountId>,
    /// How.
    pub resolution: String,
}

impl Finding {
    /// Notes a finding; answers whether it is news. One that was resolved and is seen again with another detail opens
    /// again, and so does one that had gone away by itself; what an admin resolved stays so while the detail is the same.
    ///
    /// # Errors
    /// When the database fails.
    pub fn raise(
        conn: &mut Conn,
        kind: FindingKind,
        subject: &str,
        order: Option<OrderId>,
        detail: &str,
        now: Timestamp,
    ) -> QueryResult<bool> {
        let is_new = insert_once!(
            conn,
            findings::table,
            (
                findings::public_id.eq(ids::public_id()),
                findings::kind.eq(kind),
                findings::subject.eq(subject),
                findings::order_id.eq(order),
                findings::detail.eq(detail),
                findings::first_seen_at.eq(now),
                findings::last_seen_at.eq(now),
            )
        )?;
        if is_new {
            tracing::error!(%kind, subject, detail, "something needs an admin's eye");
            return Ok(true);
        }
        let known = findings::table.filter(findings::kind.eq(kind).and(findings::subject.eq(subject)));
        diesel::update(known).set(findings::last_seen_at.eq(now)).execute(conn)?;
        let went_away = findings::resolved_at.is_not_null().and(findings::resolved_by.is_null());
        let changed = diesel::update(known.filter(findings::detail.ne(detail).or(went_away)))
            .set((
                findings::detail.eq(detail),
                findings::alerted_at.eq(None::<Timestamp>),
                findings::resolved_at.eq(None::<Timestamp>),
                findings::resolved_by.eq(None::<AccountId>),
                findings::resolution.eq(""),
            ))
            .execute(conn)?;
        Ok(changed == 1)
    }

    /// Closes a finding that is open, if there is one; `by` is nobody when it went away by itself.
    ///
    /// # Errors
    /// When the database fails.
    pub fn resolve(
        conn: &mut Conn,
        kind: FindingKind,
        subject: &str,
        by: Option<AccountId>,
        resolution: &str,
        now: Timestamp,
    ) -> QueryResult<()> {
        let open = findings::table
            .filter(findings::kind.eq(kind).and(findings::subject.eq(subject)))
            .filter(findings::resolved_at.is_null());
        diesel::update(open)
            .set((
                findings::resolved_at.eq(now),
                findings::resolved_by.eq(by),
                findings::resolution.eq(resolution),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// The open findings, the oldest first; of one order, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn open(conn: &mut Conn, order: Option<OrderId>) -> QueryResult<Vec<Self>> {
        let open = findings::table.filter(findings::resolved_at.is_null()).into_boxed::<MultiBackend>();
        let open = match order {
            Some(order) => open.filter(findings::order_id.eq(order)),
            None => open,
        };
        open.order((findings::first_seen_at, findings::id)).limit(500).select(Self::as_select()).load(conn)
    }

    /// How many are open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_open(conn: &mut Conn) -> QueryResult<i64> {
        findings::table.filter(findings::resolved_at.is_null()).count().get_result(conn)
    }

    /// The finding of a page's address.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find_by_public_id(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        findings::table
            .filter(findings::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// How many are closed, or open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count(conn: &mut Conn, closed: bool) -> QueryResult<i64> {
        let all = findings::table.count().into_boxed::<MultiBackend>();
        match closed {
            true => all.filter(findings::resolved_at.is_not_null()).get_result(conn),
            false => all.filter(findings::resolved_at.is_null()).get_result(conn),
        }
    }

    /// A page of those that are closed, the newest first, or of the open ones, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn page(conn: &mut Conn, closed: bool, offset: i64, limit: i64) -> QueryResult<Vec<Self>> {
        let all = findings::table.into_boxed::<MultiBackend>();
        let some = match closed {
            true => all
                .filter(findings::resolved_at.is_not_null())
                .order((findings::resolved_at.desc(), findings::id.desc())),
            false => {
                all.filter(findings::resolved_at.is_null()).order((findings::first_seen_at, findings::id))
            }
        };
        some.offset(offset).limit(limit).select(Self::as_select()).load(conn)
    }
}
