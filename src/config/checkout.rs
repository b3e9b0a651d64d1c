//! `[default.bookplate.checkout]`: what the law of the EU asks of a shop for digital content.

use serde::Deserialize;

use super::SettingsError;

/// What the law of the EU asks of a shop for digital content; off by default, since it depends on where one sells.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Checkout {
    /// Whether buyers must agree to get their books at once and so give up the right of withdrawal (directive
    /// 2011/83/EU, article 16 m).
    pub waiver: bool,
    /// The words that they agree to; the built-in English ones where it is empty.
    pub waiver_text: String,
    /// Whether there is a page to withdraw from a contract without signing in (the same directive, article 11a).
    pub withdrawal: bool,
}

impl Checkout {
    /// # Errors
    /// When the words are not one paragraph.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let text = &self.waiver_text;
        if text.chars().any(char::is_control) || text.len() > 2000 {
            let right = "one paragraph of at most 2000 bytes";
            return Err(SettingsError::new("checkout.waiver_text", text, right));
        }
        Ok(())
    }
}
