//! The sandbox's events: JSON, signed, about one checkout.

use serde::{Deserialize, Serialize};

use super::super::{EventError, GatewayEvent, signature};
use crate::db::Timestamp;
use crate::ids;

/// An event as it travels.
#[derive(Debug, Clone)]
pub struct SignedEvent {
    /// The JSON text.
    pub body: String,
    /// The value of the signature's header.
    pub signature: String,
}

#[derive(Serialize, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// The checkout's id.
    object: String,
    livemode: bool,
    /// Seconds since 1970.
    created: i64,
}

impl SignedEvent {
    pub(super) fn new(secret: &[u8], kind: &str, checkout_id: &str, now: Timestamp) -> Self {
        let event = Event {
            id: format!("sbx_evt_{}", ids::public_id()),
            kind: kind.to_owned(),
            object: checkout_id.to_owned(),
            livemode: false,
            created: now.and_utc().timestamp(),
        };
        // A struct of text and numbers always is JSON; an empty body would be refused as unreadable.
        let body = serde_json::to_string(&event).unwrap_or_default();
        let signature = signature::sign(secret, body.as_bytes(), now);
        Self { body, signature }
    }
}

pub(super) fn verify(
    secret: &[u8],
    body: &[u8],
    header: &str,
    now: Timestamp,
) -> Result<GatewayEvent, EventError> {
    signature::verify(secret, body, header, now)?;
    let event: Event = serde_json::from_slice(body).map_err(|_| EventError::Unreadable)?;
    let created = chrono::DateTime::from_timestamp(event.created, 0).ok_or(EventError::Unreadable)?;
    Ok(GatewayEvent {
        id: event.id,
        kind: event.kind,
        object_id: event.object,
        livemode: event.livemode,
        created: created.naive_utc(),
        api_version: String::new(),
    })
}
