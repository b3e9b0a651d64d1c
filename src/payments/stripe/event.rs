//! Stripe's events: whether they are Stripe's, and which checkout they are about.

use serde::Deserialize;
use stripe_checkout::checkout_session::ListCheckoutSession;
use stripe_core::charge::RetrieveCharge;
use stripe_core::dispute::RetrieveDispute;
use stripe_core::refund::RetrieveRefund;
use stripe_webhook::{Webhook, WebhookError};

use super::super::{EventError, GatewayError, GatewayEvent};
use super::client::Client;
use super::{checkout, facts};
use crate::config::Secret;
use crate::db::Timestamp;

/// The events that are acted on: the ones to register a webhook endpoint for.
pub const EVENT_KINDS: [&str; 14] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

/// Reads an event that is signed with one of `secrets`.
///
/// Only the signature and its age decide whether it is Stripe's. That its object can't be read, because it is of another
/// version or kind, is no reason to doubt it: what it is about is asked for anyway.
pub(super) fn verify(
    secrets: &[Secret],
    body: &[u8],
    signature: &str,
    now: Timestamp,
) -> Result<GatewayEvent, EventError> {
    let text = std::str::from_utf8(body).map_err(|_| EventError::Forged)?;
    let seconds = now.and_utc().timestamp();
    let mut verdict = Err(EventError::Forged);
    // Anybody can sign with an empty secret.
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        match Webhook::construct_event_with_timestamp(text, signature, secret.reveal(), seconds) {
            Ok(_) | Err(WebhookError::BadParse(_)) => return envelope(body),
            Err(WebhookError::BadTimestamp(_)) => verdict = Err(EventError::Stale),
            Err(_) => {}
        }
    }
    verdict
}

/// What every event of every version says.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    livemode: bool,
    created: Created,
    #[serde(default)]
    api_version: Option<String>,
    /// The connected account that it is about; never ours.
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    data: Option<Data>,
    /// What a thin event (v2) is about.
    #[serde(default)]
    related_object: Option<Object>,
}

/// Seconds since 1970, or RFC 3339 in thin events.
#[derive(Deserialize)]
#[serde(untagged)]
enum Created {
    Seconds(i64),
    Text(String),
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    object: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    id: Option<String>,
}

fn envelope(body: &[u8]) -> Result<GatewayEvent, EventError> {
    let event: Envelope = serde_json::from_slice(body).map_err(|_| EventError::Unreadable)?;
    let created = match event.created {
        Created::Seconds(seconds) => chrono::DateTime::from_timestamp(seconds, 0),
        Created::Text(text) => {
            chrono::DateTime::parse_from_rfc3339(&text).ok().map(|time| time.with_timezone(&chrono::Utc))
        }
    };
    let object = event.data.and_then(|data| data.object).or(event.related_object);
    // An event of a connected account is kept, and is about nothing of ours.
    let is_ours = event.account.is_none_or(|account| account.is_empty());
    let object_id = object.and_then(|object| object.id).filter(|_| is_ours).unwrap_or_default();
    Ok(GatewayEvent {
        id: event.id,
        kind: event.kind,
        object_id,
        livemode: event.livemode,
        created: created.ok_or(EventError::Unreadable)?.naive_utc(),
        api_version: event.api_version.unwrap_or_default(),
    })
}

/// The session that an event is about; nothing for what is not this shop's, or not there.
pub(super) async fn checkout_of(
    client: &Client,
    shop: &str,
    kind: &str,
    object_id: &str,
) -> Result<Option<String>, GatewayError> {
    let found = look_up(client, shop, kind, object_id).await;
    match found {
        Err(GatewayError::Unknown(what)) => {
            tracing::debug!(%kind, %what, "an event about nothing of this shop's");
            Ok(None)
        }
        other => other,
    }
}

async fn look_up(
    client: &Client,
    shop: &str,
    kind: &str,
    object_id: &str,
) -> Result<Option<String>, GatewayError> {
    if object_id.is_empty() {
        return Ok(None);
    }
    if kind.starts_with("checkout.session.") {
        return checkout::retrieve(client, shop, object_id).await.map(|session| Some(session.id.to_string()));
    }
    let intent = if kind.starts_with("payment_intent.") && object_id.starts_with("pi_") {
        Some(object_id.to_owned())
    } else if kind.starts_with("charge.dispute.") {
        let dispute = client.get(&RetrieveDispute::new(object_id)).await?;
        dispute.payment_intent.map(|intent| intent.id().to_string())
    } else if kind.starts_with("refund.") || kind == "charge.refund.updated" {
        let refund = client.get(&RetrieveRefund::new(object_id)).await?;
        refund.payment_intent.map(|intent| intent.id().to_string())
    } else if kind.starts_with("charge.") {
        let charge = client.get(&RetrieveCharge::new(object_id)).await?;
        charge.payment_intent.map(|intent| intent.id().to_string())
    } else {
        None
    };
    let Some(intent) = intent else { return Ok(None) };
    let sessions = client.get(&ListCheckoutSession::new().payment_intent(intent)).await?;
    let ours = sessions.data.into_iter().find(|session| facts::is_of(session.metadata.as_ref(), shop));
    Ok(ours.map(|session| session.id.to_string()))
}
