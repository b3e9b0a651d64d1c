//! `[default.bookplate.publishing]`: who may sell their books here, and whether an admin looks first.

use serde::Deserialize;

/// Who may sell their books here, and whether an admin looks first.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publishing {
    /// Whether a publisher's title, and each further edition of it, waits for an admin's yes.
    pub review: bool,
    /// Whether accounts may ask to become publishers.
    pub requests: bool,
}

impl Default for Publishing {
    fn default() -> Self {
        Self { review: true, requests: true }
    }
}
