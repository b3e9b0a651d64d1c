//! Sending the reader to the service that has the object, by an address that is good for a short time.
//!
//! Whoever has that address has the book while it is good, so it goes into no cache and no log of ours.

use super::{Answer, Body, Conditions, DeliveryError, Handoff, disposition, media_type};
use crate::config;
use crate::storage::Object;
use std::time::Duration;

/// How readers are sent on.
#[derive(Debug, Clone)]
pub(super) struct Redirect {
    /// How long an address is good.
    time: Duration,
}

impl Redirect {
    pub(super) fn from_settings(settings: &config::Delivery) -> Redirect {
        Redirect { time: Duration::from_secs(settings.redirect_seconds.into()) }
    }

    /// Ranges and conditions are the service's to answer, by its own validators: conditions mean nothing for an answer
    /// that isn't the file (RFC 9110 §13.2.1), and the client sends them there, too.
    pub(super) async fn send(
        &self,
        handoff: &Handoff,
        conditions: &Conditions,
        object: &Object,
    ) -> Result<Answer, DeliveryError> {
        let (name, media_type) =
            (disposition::attachment(&handoff.file_name), media_type::guess(&handoff.file_name));
        let headers = [
            ("response-content-disposition", name.as_str()),
            ("response-content-type", media_type.as_str()),
            ("response-cache-control", "private, no-cache"),
        ];
        let address = object.address_for_readers(conditions.head, self.time, &headers).await;
        let headers = vec![
            ("Location", address.map_err(DeliveryError::System)?),
            // A kept redirect would be a kept right.
            ("Cache-Control", "no-store".to_owned()),
            ("Referrer-Policy", "no-referrer".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("X-Robots-Tag", "noindex".to_owned()),
        ];
        Ok(Answer { status: 302, headers, body: Body::Empty })
    }
}
