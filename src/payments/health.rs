//! How the way between the shop and its gateway is.

use chrono::TimeDelta;

/// What a gateway says of the way to it and back.
#[derive(Debug, Clone)]
pub struct GatewayHealth {
    /// Where it rings.
    pub endpoints: Vec<Endpoint>,
    /// The version of its language that this program speaks.
    pub version: &'static str,
    /// The events that are acted on.
    pub events: &'static [&'static str],
    /// How far this machine's clock is ahead of the gateway's, to about a second; nothing when it could not be asked.
    pub clock_ahead: Option<TimeDelta>,
}

/// An address where a gateway rings.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The address.
    pub url: String,
    /// The version of its events; empty for the account's own.
    pub api_version: String,
    /// The events that it is told of; `*` for nearly all.
    pub events: Vec<String>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether it hears of real money.
    pub livemode: bool,
}
