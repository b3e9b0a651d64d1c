//! Asking the gateway about one order, whatever is known of it already.

use std::time::Duration;

use diesel::prelude::*;

use super::Till;
use super::fulfil::{self, SyncError, Synced};
use crate::db::Conn;
use crate::db::schema::checkouts;
use crate::orders::{OrderId, refund};
use crate::payments::GatewayError;

/// How long the gateway may take to answer one question.
const GATEWAY_TIME: Duration = Duration::from_secs(8);

/// Asks the gateway about every attempt to pay an order, finished ones too, and takes over what it says. Answers how
/// many moved the order.
///
/// # Errors
/// When the gateway does not answer, or the database fails; what was taken over before stays.
pub async fn about(till: &Till, order: OrderId) -> Result<usize, SyncError> {
    let gateway = till.gateway.name();
    let ids = till.db.read(move |conn| attempts_of(conn, gateway, order)).await?;
    let mut moved = 0;
    for id in ids {
        let asked = tokio::time::timeout(GATEWAY_TIME, fulfil::sync(till, &id)).await;
        let synced =
            asked.unwrap_or_else(|_| Err(GatewayError::Unreachable("no answer in time".to_owned()).into()));
        if matches!(synced?, Synced::Moved(_)) {
            moved += 1;
        }
    }
    // A refund that was asked for and not answered is asked for again, under its own key.
    if let Err(error) = refund::resume_all(till, till.clock.now()).await {
        tracing::warn!(%error, "refunds without an answer could not be read");
    }
    Ok(moved)
}

fn attempts_of(conn: &mut Conn, gateway: &str, order: OrderId) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = checkouts::table
        .filter(checkouts::order_id.eq(order).and(checkouts::gateway.eq(gateway)))
        .filter(checkouts::gateway_id.is_not_null())
        .order(checkouts::attempt)
        .select(checkouts::gateway_id)
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}
