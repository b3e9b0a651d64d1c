//! `[default.bookplate.front]`: what the program asks of those who connect to it.

use std::time::Duration;

use serde::Deserialize;

use super::SettingsError;

/// Bounds of the program's own front.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Front {
    /// How many connections are open at once; who comes on top is told 503.
    pub connections: usize,
    /// How many of these one network address may have; 0 is no bound of its own. This machine's own addresses have none, and
    /// nobody has one where `delivery.backend` says that a web server stands in front, which speaks for everybody.
    pub connections_per_address: usize,
    /// How long a client may take to send a request's head, and how long a connection waits for the next one; seconds.
    pub head_seconds: u32,
    /// How long a client may neither send nor take anything that it has to; seconds.
    pub stall_seconds: u32,
}

impl Default for Front {
    fn default() -> Self {
        Self { connections: 4096, connections_per_address: 256, head_seconds: 30, stall_seconds: 60 }
    }
}

impl Front {
    /// [`Front::head_seconds`].
    #[must_use]
    pub fn head(&self) -> Duration {
        Duration::from_secs(self.head_seconds.into())
    }

    /// [`Front::stall_seconds`].
    #[must_use]
    pub fn stall(&self) -> Duration {
        Duration::from_secs(self.stall_seconds.into())
    }

    /// # Errors
    /// When nobody could connect.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let least = |key: &'static str, value: u64, least: u64| {
            let right = format!("a whole number from {least} on");
            if value < least { Err(SettingsError::new(key, &value.to_string(), &right)) } else { Ok(()) }
        };
        least("front.connections", self.connections as u64, 1)?;
        least("front.head_seconds", self.head_seconds.into(), 1)?;
        least("front.stall_seconds", self.stall_seconds.into(), 1)
    }
}
