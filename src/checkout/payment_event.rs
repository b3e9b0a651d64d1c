//! What a gateway rings about: stored by its id before anything is done, then worked off by a task.
//!
//! An event is only a bell. What it says of amounts and states is not read: the worker asks the gateway.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::Till;
use super::fulfil::{self, SyncError};
use crate::db::schema::payment_events;
use crate::db::{Conn, Timestamp, insert_once};
use crate::jobs::TaskResult;
use crate::payments::{EventError, GatewayEvent};

/// The name of the task that works off events; [`crate::jobs::Jobs::wake`] it after one came.
pub const TASK: &str = "payment events";

/// How many events are worked off in one go.
const BATCH: i64 = 50;

/// Why an event was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is not to be believed, or can't be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// It could not be stored; the gateway rings again.
    #[error("The event could not be stored.")]
    Database(#[from] diesel::result::Error),
}

/// Checks an event's signature and stores it; the same event a second time changes nothing. Answers whether it is new.
///
/// # Errors
/// When it is not the gateway's, or could not be stored.
pub async fn receive(till: &Till, body: &[u8], signature: &str) -> Result<bool, ReceiveError> {
    let now = till.clock.now();
    let event = till.gateway.verify_event(body, signature, now)?;
    let (gateway, payload) = (till.gateway.name(), String::from_utf8_lossy(body).into_owned());
    Ok(till.db.write(move |conn| store(conn, gateway, &event, &payload, now)).await?)
}

/// Stores an event that was fetched rather than delivered; the same event a second time changes nothing. Answers whether
/// it is new.
pub(super) async fn take_in(till: &Till, event: GatewayEvent) -> QueryResult<bool> {
    let (gateway, now) = (till.gateway.name(), till.clock.now());
    till.db.write(move |conn| store(conn, gateway, &event, "", now)).await
}

fn store(
    conn: &mut Conn,
    gateway: &str,
    event: &GatewayEvent,
    payload: &str,
    now: Timestamp,
) -> QueryResult<bool> {
    insert_once!(
        conn,
        payment_events::table,
        (
            payment_events::gateway.eq(gateway),
            payment_events::event_id.eq(event.id.as_str()),
            payment_events::kind.eq(event.kind.as_str()),
            payment_events::object_id.eq(event.object_id.as_str()),
            payment_events::livemode.eq(event.livemode),
            payment_events::api_version.eq(event.api_version.as_str()),
            payment_events::payload.eq(payload),
            payment_events::received_at.eq(now),
            payment_events::next_try_at.eq(now),
        )
    )
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = payment_events)]
struct Waiting {
    id: i64,
    kind: String,
    object_id: String,
    livemode: bool,
    attempts: i32,
}

/// Works off the events whose time has come, until none is left. An event that fails comes again later, and holds up no
/// other.
///
/// # Errors
/// When the database fails.
pub async fn work_off(till: &Till) -> TaskResult {
    loop {
        let now = till.clock.now();
        let gateway = till.gateway.name();
        let waiting: Vec<Waiting> = till.db.read(move |conn| due(conn, gateway, now)).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        for event in waiting {
            act_on(till, event).await?;
        }
    }
}

fn due(conn: &mut Conn, gateway: &str, now: Timestamp) -> QueryResult<Vec<Waiting>> {
    payment_events::table
        .filter(payment_events::processed_at.is_null().and(payment_events::next_try_at.le(now)))
        .filter(payment_events::gateway.eq(gateway))
        .order((payment_events::next_try_at, payment_events::id))
        .limit(BATCH)
        .select(Waiting::as_select())
        .load(conn)
}

async fn act_on(till: &Till, event: Waiting) -> QueryResult<()> {
    let outcome = if event.livemode != till.gateway.livemode() {
        tracing::warn!(
            event = event.id,
            "an event is about the other mode than this shop's; it was kept and not acted on"
        );
        Ok(())
    } else {
        follow(till, &event).await
    };
    let now = till.clock.now();
    let attempts = event.attempts + 1;
    till.db
        .write(move |conn| {
            let row = diesel::update(payment_events::table.find(event.id));
            match outcome {
                Ok(()) => row
                    .set((payment_events::processed_at.eq(now), payment_events::attempts.eq(attempts)))
                    .execute(conn),
                Err(error) => {
                    tracing::warn!(event = event.id, attempts, %error, "an event could not be acted on yet");
                    row.set((
                        payment_events::next_try_at.eq(now + pause(attempts)),
                        payment_events::attempts.eq(attempts),
                        payment_events::last_error.eq(error.to_string()),
                    ))
                    .execute(conn)
                }
            }
        })
        .await?;
    Ok(())
}

/// Brings the order that an event is about to the gateway's facts.
async fn follow(till: &Till, event: &Waiting) -> Result<(), SyncError> {
    match till.gateway.checkout_of(&event.kind, &event.object_id).await? {
        Some(checkout) => fulfil::sync(till, &checkout).await.map(|_| ()),
        None => {
            tracing::debug!(event = event.id, kind = %event.kind, "an event that is not about an order was kept");
            Ok(())
        }
    }
}

/// How long an event rests after this many tries: two seconds, doubled each time, an hour at most.
fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 12)).unwrap_or(12);
    TimeDelta::seconds(2_i64.pow(doublings).min(3600))
}
