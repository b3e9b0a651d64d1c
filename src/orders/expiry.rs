//! Orders that nobody paid in time.

use diesel::prelude::*;

use super::{OrderId, OrderStatus};
use crate::checkout::Till;
use crate::checkout::close::{self, Because};
use crate::db::schema::orders;
use crate::db::{Conn, Timestamp};
use crate::jobs::TaskResult;
use crate::pricing::code_use;

/// The task's name.
pub const TASK: &str = "order expiry";

/// How many orders are read in one go.
const BATCH: i64 = 200;

/// Closes the orders whose time is over, and gives back the codes that they held. The gateway is asked first, so that
/// money which came late still counts; while it does not answer, the order waits, and holds up no other.
///
/// # Errors
/// When the database fails.
pub async fn run(till: &Till) -> TaskResult {
    let now = till.clock.now();
    let mut after = None;
    loop {
        let due = till.db.read(move |conn| overdue(conn, after, now)).await?;
        let Some(last) = due.last() else { break };
        after = Some(*last);
        for order in due {
            if let Err(error) = close::close(till, order, Because::Expired).await {
                tracing::warn!(order = order.0, %error, "an order could not be closed yet");
            }
        }
    }
    till.db.write(move |conn| code_use::release_stale(conn, now)).await?;
    Ok(())
}

/// The next of them, by their rows.
fn overdue(conn: &mut Conn, after: Option<OrderId>, now: Timestamp) -> QueryResult<Vec<OrderId>> {
    orders::table
        .filter(orders::status.eq(OrderStatus::Pending).and(orders::expires_at.le(now)))
        .filter(orders::id.gt(after.unwrap_or(OrderId(0))))
        .order(orders::id)
        .select(orders::id)
        .limit(BATCH)
        .load(conn)
}
