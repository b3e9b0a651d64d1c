//! Events that the gateway could not deliver: asked for each hour, from where we asked last.

use chrono::TimeDelta;

use super::mark::{self, What};
use super::{Till, payment_event};
use crate::jobs::TaskError;

/// The task's name.
pub const TASK: &str = "undelivered events";

/// How far back is asked at first: as long as gateways keep their events. What is older is the audit's.
const FIRST: TimeDelta = TimeDelta::days(30);

/// How much is asked for twice: an event may be noted as undelivered a while after it happened.
const OVERLAP: TimeDelta = TimeDelta::hours(2);

/// Asks for events that were not delivered, takes them in and works them off; answers how many were news.
///
/// # Errors
/// When the gateway does not answer or the database fails; the next turn asks for the same again.
pub async fn run(till: &Till) -> Result<usize, TaskError> {
    let now = till.clock.now();
    let gateway = till.gateway.name();
    let asked = till.db.read(move |conn| mark::until(conn, gateway, What::Events)).await?;
    let since = asked.map_or(now - FIRST, |until| (until - OVERLAP).max(now - FIRST));
    let events = till.gateway.undelivered(since).await?;
    let mut news = 0;
    for event in events {
        if payment_event::take_in(till, event).await? {
            news += 1;
        }
    }
    till.db.write(move |conn| mark::note(conn, gateway, What::Events, now, now)).await?;
    if news > 0 {
        tracing::info!(news, "events that were not delivered were fetched");
        payment_event::work_off(till).await?;
    }
    Ok(news)
}
