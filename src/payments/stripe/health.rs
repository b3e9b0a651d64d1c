//! Where Stripe rings.

use stripe_misc::webhook_endpoint::ListWebhookEndpoint;

use super::super::{Endpoint, GatewayError, GatewayHealth};
use super::Stripe;
use super::client::{Client, all_pages};
use super::event::EVENT_KINDS;

/// Asks for the webhook endpoints of the account; a restricted key needs to be let.
pub(super) async fn health(client: &Client) -> Result<GatewayHealth, GatewayError> {
    let endpoints = all_pages!(client, get, ListWebhookEndpoint::new());
    let endpoints = endpoints.into_iter().map(|endpoint| Endpoint {
        url: endpoint.url,
        api_version: endpoint.api_version.unwrap_or_default(),
        events: endpoint.enabled_events,
        enabled: endpoint.status == "enabled",
        livemode: endpoint.livemode,
    });
    Ok(GatewayHealth {
        endpoints: endpoints.collect(),
        version: Stripe::api_version(),
        events: &EVENT_KINDS,
        clock_ahead: None,
    })
}
