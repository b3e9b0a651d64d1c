//! What the shop's own books say against each other: payments, rights, receipts, and what waits too long.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::KINDS;
use super::compare::Difference;
use crate::db::schema::{findings, mails, orders, refunds};
use crate::db::{Conn, MultiBackend, Timestamp};
use crate::orders::payment::{Payment, PaymentState};
use crate::orders::refund::RefundStatus;
use crate::orders::{FindingKind, LineItem, Order, OrderId, OrderStatus, books, standing};

/// How long after its end an unpaid order may still be open: the gateway may not have answered.
const OVERDUE: TimeDelta = TimeDelta::hours(2);

/// How long money may be on its way. The slowest methods take two weeks.
const ON_ITS_WAY: TimeDelta = TimeDelta::days(21);

/// How long a refund may wait for the gateway's answer.
const REFUND_WAITS: TimeDelta = TimeDelta::hours(2);

/// The orders with money since `since`, and those of the audit's open findings.
pub(super) fn orders_to_look_at(
    conn: &mut Conn,
    gateway: &str,
    since: Timestamp,
) -> QueryResult<Vec<OrderId>> {
    let open = findings::table
        .filter(findings::resolved_at.is_null().and(findings::kind.eq_any(KINDS)))
        .filter(findings::order_id.is_not_null())
        .select(findings::order_id);
    let touched = orders::updated_at.ge(since).or(orders::created_at.ge(since));
    let mut ids: Vec<OrderId> = orders::table
        .filter(orders::gateway.eq(gateway).or(orders::gateway.eq("none")))
        .filter(touched.and(orders::paid_at.is_not_null()))
        .order(orders::id)
        .select(orders::id)
        .load(conn)?;
    let more: Vec<Option<OrderId>> = open.load(conn)?;
    ids.extend(more.into_iter().flatten());
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// What does not agree within one order.
pub(super) fn differences(conn: &mut Conn, id: OrderId) -> QueryResult<Vec<Difference>> {
    let Some(order) = Order::find(conn, id)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut add = |kind, detail: String| {
        found.push(Difference {
            kind,
            subject: order.public_id.clone(),
            order: Some(order.id),
            number: order.number.clone(),
            detail,
        });
    };
    let counts_as_paid = OrderStatus::ENTITLING.contains(&order.status);
    let payments = Payment::of_order(conn, order.id)?;
    let has_money = payments.iter().any(|payment| payment.status == PaymentState::Succeeded);
    if counts_as_paid && order.total_minor > 0 && !has_money {
        let sum = order.shown(order.total_minor);
        add(FindingKind::PaymentMissing, format!("The order counts as paid ({sum}), and has no payment."));
    }
    if has_money && let Some(detail) = rights(conn, &order)? {
        add(FindingKind::RefundDiffers, detail);
    }
    if counts_as_paid && !has_receipt(conn, &order)? {
        add(FindingKind::ReceiptMissing, format!("No receipt was written to {}.", order.email));
    }
    Ok(found)
}

/// What is open and closed, against what the money says.
fn rights(conn: &mut Conn, order: &Order) -> QueryResult<Option<String>> {
    let standing = standing::of(&books::case(conn, order)?);
    let mut wrong = Vec::new();
    if standing.status != order.status {
        wrong.push(format!(
            "By its money the order is “{}”, and it says “{}”.",
            standing.status, order.status
        ));
    }
    for item in LineItem::of_order(conn, order.id)? {
        let Some(should) = standing.items.iter().find(|known| known.id == item.id) else { continue };
        match (should.is_closed, item.refunded_at.is_some()) {
            (true, false) => wrong.push(format!("“{}” was refunded and is open.", item.title)),
            (false, true) => wrong.push(format!("“{}” is closed and was not refunded.", item.title)),
            _ if should.refunded_minor != item.refunded_minor => {
                let (is, should) = (order.shown(item.refunded_minor), order.shown(should.refunded_minor));
                wrong.push(format!(
                    "“{}” says that {is} went back; by the refunds it is {should}.",
                    item.title
                ));
            }
            _ => {}
        }
    }
    Ok((!wrong.is_empty()).then(|| wrong.join(" ")))
}

fn has_receipt(conn: &mut Conn, order: &Order) -> QueryResult<bool> {
    if order.receipt_sent_at.is_none() {
        return Ok(false);
    }
    let key = format!("receipt/{}", order.public_id);
    let any = mails::table.into_boxed::<MultiBackend>();
    let any = any.filter(mails::unique_key.eq(key.clone()).or(mails::unique_key.like(format!("{key}/%"))));
    Ok(any.count().get_result::<i64>(conn)? > 0)
}

/// What has waited too long.
pub(super) fn stuck(conn: &mut Conn, gateway: &str, now: Timestamp) -> QueryResult<Vec<Difference>> {
    let overdue = orders::status.eq(OrderStatus::Pending).and(orders::expires_at.le(now - OVERDUE));
    let slow = orders::status.eq(OrderStatus::Processing).and(orders::updated_at.le(now - ON_ITS_WAY));
    let waiting: Vec<Order> = orders::table
        .filter(orders::gateway.eq(gateway))
        .filter(overdue.or(slow))
        .order(orders::id)
        .limit(500)
        .select(Order::as_select())
        .load(conn)?;
    let mut found: Vec<Difference> = waiting
        .into_iter()
        .map(|order| Difference {
            kind: FindingKind::Stuck,
            detail: match order.status {
                OrderStatus::Processing => "Its money has been on its way for three weeks.".to_owned(),
                _ => "Its time is over, and it could not be closed at the gateway.".to_owned(),
            },
            subject: order.public_id,
            order: Some(order.id),
            number: order.number,
        })
        .collect();
    let refunds: Vec<(String, OrderId, String)> = refunds::table
        .inner_join(orders::table)
        .filter(refunds::gateway.eq(gateway).and(refunds::status.eq(RefundStatus::Requested)))
        .filter(refunds::created_at.le(now - REFUND_WAITS))
        .order(refunds::id)
        .limit(500)
        .select((refunds::public_id, orders::id, orders::number))
        .load(conn)?;
    found.extend(refunds.into_iter().map(|(subject, order, number)| Difference {
        kind: FindingKind::Stuck,
        subject,
        order: Some(order),
        number,
        detail:
            "A refund waits for the gateway’s answer for hours. It is asked for again and again.".to_owned(),
    }));
    Ok(found)
}
