//! What was not heard is asked for: checkouts whose end we have not seen, refunds and disputes that are under way, and
//! refunds without an answer.
//!
//! This is what makes a lost event, a closed tab and a killed process harmless.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::attempt::{Attempt, AttemptStatus};
use super::{Till, fulfil};
use crate::db::schema::{checkouts, disputes, orders, payment_facts, refunds};
use crate::db::{Conn, Timestamp};
use crate::jobs::TaskResult;
use crate::orders::OrderStatus;
use crate::orders::refund::{self, RefundStatus};
use crate::payments::DisputeState;

/// The task's name.
pub const TASK: &str = "reconciler";

/// How long the usual ways (event, return page) have before the reconciler asks.
pub const USUAL_WAY: TimeDelta = TimeDelta::minutes(2);

/// How many checkouts are asked for in one go; the one that was asked for longest ago comes first.
const BATCH: i64 = 200;

/// How long a refund or a dispute that is under way rests: these take days.
const SLOW: TimeDelta = TimeDelta::hours(1);

/// Asks for every checkout whose end we have not seen and that was last asked for `rest` ago.
///
/// # Errors
/// When the database fails. A gateway that does not answer is logged, and asked again at the next turn.
pub async fn run(till: &Till, rest: TimeDelta) -> TaskResult {
    let before = till.clock.now() - rest;
    let gateway = till.gateway.name();
    let slow = if rest.is_zero() { before } else { till.clock.now() - rest.max(SLOW) };
    let open = till
        .db
        .read(move |conn| {
            let mut ids = unsettled(conn, gateway, before)?;
            ids.extend(under_way(conn, gateway, slow)?);
            QueryResult::Ok(ids)
        })
        .await?;
    for id in open {
        if let Err(error) = fulfil::sync(till, &id).await {
            tracing::warn!(checkout = %id, %error, "a checkout could not be asked for; it is asked for again");
            // After the others: what can never be answered shall not keep them waiting.
            let now = till.clock.now();
            till.db.write(move |conn| Attempt::asked(conn, gateway, &id, now)).await?;
        }
    }
    refund::resume_all(till, before).await?;
    Ok(())
}

/// The gateway's ids of attempts that are open, or whose money is on its way.
fn unsettled(conn: &mut Conn, gateway: &str, before: Timestamp) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = checkouts::table
        .inner_join(orders::table)
        .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.is_not_null()))
        .filter(checkouts::status.eq(AttemptStatus::Open).or(
            orders::status.eq(OrderStatus::Processing).and(checkouts::status.eq(AttemptStatus::Complete)),
        ))
        .filter(checkouts::updated_at.le(before))
        .order(checkouts::updated_at)
        .select(checkouts::gateway_id)
        .limit(BATCH)
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// The gateway's ids of attempts whose payment has a refund or a dispute that is not over.
fn under_way(conn: &mut Conn, gateway: &str, before: Timestamp) -> QueryResult<Vec<String>> {
    let refunded =
        refunds::table.filter(refunds::status.eq(RefundStatus::Pending)).select(refunds::payment_id);
    let open = [DisputeState::Inquiry, DisputeState::Open, DisputeState::Unclear];
    let disputed = disputes::table.filter(disputes::state.eq_any(open)).select(disputes::payment_id);
    let ids: Vec<Option<String>> = checkouts::table
        .inner_join(payment_facts::table)
        .filter(checkouts::gateway.eq(gateway).and(checkouts::gateway_id.is_not_null()))
        .filter(payment_facts::payment_id.eq_any(refunded).or(payment_facts::payment_id.eq_any(disputed)))
        .filter(checkouts::updated_at.le(before))
        .order(checkouts::updated_at)
        .select(checkouts::gateway_id)
        .limit(BATCH)
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}
