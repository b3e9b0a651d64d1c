//! `[default.bookplate.delivery.limits]`: how much of the shop one buyer may take.

use chrono::TimeDelta;
use serde::Deserialize;

use super::{Backend, Delivery, SettingsError};

/// Limits; 0 is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeliveryLimits {
    /// How often a purchase's buyer may download each of its files, complete downloads alone.
    pub downloads_per_purchase: u32,
    /// To how many devices an order's books may be downloaded in 24 hours, complete downloads alone.
    pub devices_per_day: u32,
    /// For how many hours requests after a complete download still belong to it.
    pub same_download_hours: u32,
    /// KiB (1024 bytes) a second that one download gets.
    pub kilobytes_per_second: u32,
    /// KiB a second that one buyer gets, in all their downloads at once.
    pub kilobytes_per_second_per_buyer: u32,
    /// How many downloads run at once.
    pub at_once: u32,
    /// How many downloads of one buyer run at once.
    pub at_once_per_buyer: u32,
}

impl Default for DeliveryLimits {
    fn default() -> Self {
        Self {
            downloads_per_purchase: 0,
            devices_per_day: 0,
            same_download_hours: 24,
            kilobytes_per_second: 0,
            kilobytes_per_second_per_buyer: 0,
            at_once: 1000,
            at_once_per_buyer: 32,
        }
    }
}

impl DeliveryLimits {
    /// How long requests after a complete download still belong to it.
    #[must_use]
    pub fn window(&self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.same_download_hours))
    }

    /// Whether complete downloads must be counted before a file is handed out.
    #[must_use]
    pub const fn count(&self) -> bool {
        self.downloads_per_purchase > 0 || self.devices_per_day > 0
    }

    /// # Errors
    /// When downloads are to be limited that nobody counts.
    pub(super) fn validate(&self, delivery: &Delivery) -> Result<(), SettingsError> {
        let tells = match delivery.backend {
            Backend::Builtin => true,
            Backend::Nginx | Backend::Apache => !delivery.log.is_empty(),
            _ => false,
        };
        if self.count() && !tells {
            let right = "0 here: which downloads were complete is known only with delivery.backend = \"builtin\", or with \
                         \"nginx\" or \"apache\" and delivery.log";
            let (key, value) = if self.downloads_per_purchase > 0 {
                ("delivery.limits.downloads_per_purchase", self.downloads_per_purchase)
            } else {
                ("delivery.limits.devices_per_day", self.devices_per_day)
            };
            return Err(SettingsError::new(key, &value.to_string(), right));
        }
        Ok(())
    }
}
