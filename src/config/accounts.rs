//! `[default.bookplate.accounts]`: sessions and rate limits.

use serde::Deserialize;

use super::SettingsError;

/// At most `times` in each `minutes`, refilled evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How often.
    pub times: u32,
    /// In how many minutes.
    pub minutes: u32,
}

/// Sessions and rate limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accounts {
    /// How many days a session lasts after its last use.
    pub session_days: u32,
    /// Tries to sign in, for one e-mail address.
    pub sign_in_per_account: Limit,
    /// Tries to sign in, from one network address.
    pub sign_in_per_address: Limit,
    /// Sign-ups from one network address.
    pub sign_up_per_address: Limit,
    /// Mails (confirmation, reset, change) to one e-mail address.
    pub mails_per_account: Limit,
    /// Mails asked for from one network address.
    pub mails_per_address: Limit,
    /// Discount codes typed from one network address, right or wrong.
    pub codes_per_address: Limit,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            session_days: 30,
            sign_in_per_account: Limit { times: 10, minutes: 15 },
            sign_in_per_address: Limit { times: 60, minutes: 15 },
            sign_up_per_address: Limit { times: 20, minutes: 60 },
            mails_per_account: Limit { times: 5, minutes: 60 },
            mails_per_address: Limit { times: 30, minutes: 60 },
            codes_per_address: Limit { times: 30, minutes: 15 },
        }
    }
}

impl Accounts {
    /// # Errors
    /// When a session would not last a day, or a limit would let nobody in.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        if !(1..=365).contains(&self.session_days) {
            let value = self.session_days.to_string();
            return Err(SettingsError::new("accounts.session_days", &value, "from 1 to 365"));
        }
        let limits = [
            ("sign_in_per_account", self.sign_in_per_account),
            ("sign_in_per_address", self.sign_in_per_address),
            ("sign_up_per_address", self.sign_up_per_address),
            ("mails_per_account", self.mails_per_account),
            ("mails_per_address", self.mails_per_address),
            ("codes_per_address", self.codes_per_address),
        ];
        for (key, Limit { times, minutes }) in limits {
            if times == 0 || minutes == 0 {
                let value = format!("{{ times = {times}, minutes = {minutes} }}");
                let right = "at least once in at least one minute";
                return Err(SettingsError::new(&format!("accounts.{key}"), &value, right));
            }
        }
        Ok(())
    }
}
