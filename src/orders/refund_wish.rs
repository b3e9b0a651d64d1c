//! What a refund is for: how much of which item goes back, written down before the gateway is asked.

use diesel::prelude::*;

use super::refund::{self, Items, Purpose, Refund, RefundError, RefundId, RefundStatus};
use super::shares::shares;
use super::standing::{self, Case, Charge};
use super::{Finding, FindingKind, LineItem, LineItemId, Order, OrderId, OrderStatus, books};
use crate::accounts::AccountId;
use crate::checkout::{Till, fulfil};
use crate::db::schema::{closed_items, refund_items, refunds};
use crate::db::{Conn, Timestamp, insert_once};

/// What is to be done after a wish was written down.
pub(super) enum Requested {
    /// The gateway is to be asked.
    Ask(Refund),
    /// Nothing: the items cost nothing, and are closed.
    Done(OrderStatus),
}

/// Writes down what shall go back.
pub(super) fn request(
    conn: &mut Conn,
    till: &Till,
    order: OrderId,
    items: &Items,
    reason: &str,
) -> Result<Requested, RefundError> {
    let now = till.clock.now();
    let order = fulfil::lock_with_cart(conn, order)?.ok_or(RefundError::Nothing)?;
    order.status.refund()?;
    let case = books::case(conn, &order)?;
    let all = LineItem::of_order(conn, order.id)?;
    let chosen: Vec<LineItem> = match items {
        Items::All => all.iter().filter(|item| item.refunded_at.is_none()).cloned().collect(),
        Items::These(ids) => all.iter().filter(|item| ids.contains(&item.id)).cloned().collect(),
        Items::Amount(_) => Vec::new(),
    };
    let charge = charge_of(&case);
    if let Items::Amount(amount) = *items {
        let charge = charge.ok_or(RefundError::Nothing)?;
        if amount <= 0 {
            return Err(RefundError::Nothing);
        }
        if amount > charge.left() {
            return Err(RefundError::TooMuch(order.shown(charge.left())));
        }
        let refund = refund::insert(conn, charge.id, Purpose::Amount, amount, reason, now)?;
        return Ok(Requested::Ask(refund));
    }
    let chosen_ids: Vec<LineItemId> = chosen.iter().map(|item| item.id).collect();
    if chosen.is_empty() {
        return Err(RefundError::Nothing);
    }
    if chosen.iter().any(|item| item.refunded_at.is_some()) || is_under_way(conn, &chosen_ids)? {
        return Err(RefundError::Already);
    }
    let parts = charge.map(|charge| parts_of(charge, &all, &chosen_ids, items)).unwrap_or_default();
    let amount: i64 = parts.iter().map(|(_, part)| part).sum();
    let Some(charge) = charge.filter(|_| amount > 0) else {
        if case.payments.iter().any(|charge| charge.left() > 0) || chosen.iter().all(|item| item.paid() == 0)
        {
            close_by_hand(conn, &chosen_ids, reason, now)?;
            let synced = fulfil::follow_books(conn, till, order, now)?;
            return Ok(Requested::Done(synced));
        }
        return Err(RefundError::Nothing);
    };
    let refund = refund::insert(conn, charge.id, Purpose::Items, amount, reason, now)?;
    write_items(conn, refund.id, &parts)?;
    let free: Vec<LineItemId> = chosen.iter().filter(|item| item.paid() == 0).map(|item| item.id).collect();
    if *items != Items::All {
        close_by_hand(conn, &free, reason, now)?;
    }
    Ok(Requested::Ask(refund))
}

/// The payment that a refund takes from.
fn charge_of(case: &Case) -> Option<&Charge> {
    // While nothing fits, the money that is looked at can go back as it came.
    match standing::of(case).rests_on {
        Some(id) => case.payments.iter().find(|charge| charge.id == id),
        None => {
            case.payments.iter().find(|charge| charge.left() > 0 && charge.returned() < charge.amount_minor)
        }
    }
}

/// How much of a payment goes back for each of the chosen items.
fn parts_of(
    charge: &Charge,
    all: &[LineItem],
    chosen: &[LineItemId],
    items: &Items,
) -> Vec<(LineItemId, i64)> {
    let weights: Vec<i64> = all.iter().map(LineItem::paid).collect();
    let whole = all.iter().map(|item| item.id).zip(shares(charge.amount_minor, &weights));
    let parts: Vec<(LineItemId, i64)> = whole.filter(|(id, _)| chosen.contains(id)).collect();
    let left = charge.left();
    // What went back as an amount is no longer there for the items; the last ones open take all that is left.
    let is_rest = *items == Items::All || left < parts.iter().map(|(_, part)| part).sum::<i64>();
    if is_rest { divide(left, &parts) } else { parts }
}

/// What [`refund`](super::refund::refund) would give back for each of these items, in minor units of the payment's
/// currency: for a page that asks before. Nothing is written.
///
/// # Errors
/// When nothing can go back, or the database fails.
pub fn preview(
    conn: &mut Conn,
    order: &Order,
    chosen: &[LineItemId],
    is_all: bool,
) -> Result<Vec<(LineItemId, i64)>, RefundError> {
    order.status.refund()?;
    let all = LineItem::of_order(conn, order.id)?;
    if chosen.is_empty() {
        return Err(RefundError::Nothing);
    }
    let is_closed = |item: &&LineItem| item.refunded_at.is_some() && chosen.contains(&item.id);
    if all.iter().any(|item| is_closed(&item)) || is_under_way(conn, chosen)? {
        return Err(RefundError::Already);
    }
    let case = books::case(conn, order)?;
    let items = if is_all { Items::All } else { Items::These(chosen.to_vec()) };
    Ok(match charge_of(&case) {
        Some(charge) => parts_of(charge, &all, chosen, &items),
        None => chosen.iter().map(|id| (*id, 0)).collect(),
    })
}

/// `amount` in proportion to these parts.
fn divide(amount: i64, parts: &[(LineItemId, i64)]) -> Vec<(LineItemId, i64)> {
    let weights: Vec<i64> = parts.iter().map(|(_, part)| *part).collect();
    parts.iter().map(|(id, _)| *id).zip(shares(amount, &weights)).collect()
}

fn write_items(conn: &mut Conn, refund: RefundId, parts: &[(LineItemId, i64)]) -> QueryResult<()> {
    for (item, part) in parts.iter().filter(|(_, part)| *part > 0) {
        diesel::insert_into(refund_items::table)
            .values((
                refund_items::refund_id.eq(refund),
                refund_items::line_item_id.eq(item),
                refund_items::amount_minor.eq(part),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes items back that cost nothing.
fn close_by_hand(conn: &mut Conn, items: &[LineItemId], reason: &str, now: Timestamp) -> QueryResult<()> {
    for item in items {
        insert_once!(
            conn,
            closed_items::table,
            (
                closed_items::line_item_id.eq(item),
                closed_items::reason.eq(reason),
                closed_items::created_at.eq(now),
            )
        )?;
    }
    Ok(())
}

/// Whether another refund for one of these items is on its way.
fn is_under_way(conn: &mut Conn, items: &[LineItemId]) -> QueryResult<bool> {
    let others = refund_items::table
        .inner_join(refunds::table)
        .filter(refund_items::line_item_id.eq_any(items.to_vec()))
        .filter(refunds::status.eq_any([RefundStatus::Requested, RefundStatus::Pending]));
    diesel::select(diesel::dsl::exists(others)).get_result(conn)
}

/// Says for which books a refund was that was made at the gateway's own site: they are closed. What went back is divided
/// among them in proportion to what they cost.
///
/// # Errors
/// When there is no such refund, it names its items already, it is too small, or the database fails.
pub async fn assign(
    till: &Till,
    refund: &str,
    items: Vec<LineItemId>,
    by: AccountId,
) -> Result<OrderStatus, RefundError> {
    let (refund, writing) = (refund.to_owned(), till.clone());
    till.db.write(move |conn| assign_in(conn, &writing, &refund, &items, by)).await
}

fn assign_in(
    conn: &mut Conn,
    till: &Till,
    public_id: &str,
    items: &[LineItemId],
    by: AccountId,
) -> Result<OrderStatus, RefundError> {
    let now = till.clock.now();
    let found = refunds::table.filter(refunds::public_id.eq(public_id));
    let order: OrderId =
        found.select(refunds::order_id).first(conn).optional()?.ok_or(RefundError::Assigned)?;
    let order = fulfil::lock_with_cart(conn, order)?.ok_or(RefundError::Nothing)?;
    let refund: Refund = found.select(Refund::as_select()).first(conn)?;
    let assigned: i64 =
        refund_items::table.filter(refund_items::refund_id.eq(refund.id)).count().get_result(conn)?;
    if refund.purpose != Purpose::Outside || assigned > 0 {
        return Err(RefundError::Assigned);
    }
    let all = LineItem::of_order(conn, order.id)?;
    let chosen: Vec<&LineItem> = all.iter().filter(|item| items.contains(&item.id)).collect();
    if chosen.is_empty() {
        return Err(RefundError::Nothing);
    }
    if chosen.iter().any(|item| item.refunded_at.is_some()) {
        return Err(RefundError::Already);
    }
    let weights: Vec<i64> = chosen.iter().map(|item| item.paid()).collect();
    let parts: Vec<(LineItemId, i64)> =
        chosen.iter().map(|item| item.id).zip(shares(refund.amount_minor, &weights)).collect();
    if parts.iter().any(|(_, part)| *part <= 0) {
        return Err(RefundError::TooSmall);
    }
    write_items(conn, refund.id, &parts)?;
    let gateway_id: Option<String> =
        refunds::table.find(refund.id).select(refunds::gateway_id).first(conn)?;
    let subject = gateway_id.unwrap_or(refund.public_id);
    let word = "Assigned to its books.";
    Finding::resolve(conn, FindingKind::RefundUnassigned, &subject, Some(by), word, now)?;
    Ok(fulfil::follow_books(conn, till, order, now)?)
}
