//! `[default.bookplate.payments]`: who takes the money.

use serde::Deserialize;

use super::SettingsError;
use super::secret::{Secret, Secrets};

/// What an operator writes who turns the sandbox on in a shop that has sold for real money.
pub const NO_MONEY: &str = "I understand that no money is taken";

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayKind {
    /// Nobody: a pay page of our own for development and the demo.
    Sandbox,
    /// Stripe's hosted Checkout.
    Stripe,
}

/// Who takes the money, and for how long an order waits for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Payments {
    /// Who takes the money.
    pub gateway: GatewayKind,
    /// Lets a release build run with the sandbox, which gives books away for no money.
    pub allow_sandbox: bool,
    /// Lets the sandbox run in a shop that has sold for real money: [`NO_MONEY`], word for word.
    pub allow_sandbox_after_sales: String,
    /// Stripe's secret or restricted key; only from the environment or the secrets file.
    pub stripe_secret_key: Secret,
    /// The signing secrets of the webhook endpoint, several while one is exchanged; only from the same places.
    pub stripe_webhook_secrets: Secrets,
    /// A TOML file with the two keys above, which its owner alone can read; empty for none.
    pub stripe_secrets_file: String,
    /// Where Stripe's API is, for tests on this machine; empty for Stripe itself.
    pub stripe_api_base: String,
    /// How many minutes an order waits to be paid; 30 to 1440, as hosted checkouts want it.
    pub order_expires_minutes: u32,
    /// How many seconds the sandbox's delayed method takes to settle.
    pub sandbox_delay_seconds: u32,
}

impl Default for Payments {
    fn default() -> Self {
        Self {
            gateway: GatewayKind::Sandbox,
            allow_sandbox: false,
            allow_sandbox_after_sales: String::new(),
            stripe_secret_key: Secret::default(),
            stripe_webhook_secrets: Secrets::default(),
            stripe_secrets_file: String::new(),
            stripe_api_base: String::new(),
            order_expires_minutes: 60,
            sandbox_delay_seconds: 8,
        }
    }
}

impl Payments {
    /// # Errors
    /// When a release build would give books away, or an order would wait too short or too long.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let is_release = !cfg!(debug_assertions);
        self.refuse_sandbox(is_release)?;
        if self.gateway == GatewayKind::Stripe {
            self.validate_stripe(is_release)?;
        }
        if !(30..=1440).contains(&self.order_expires_minutes) {
            let value = self.order_expires_minutes.to_string();
            return Err(SettingsError::new(
                "payments.order_expires_minutes",
                &value,
                "from 30 to 1440 minutes",
            ));
        }
        Ok(())
    }

    /// A release build takes no sandbox money unless it was allowed by name.
    fn refuse_sandbox(&self, is_release: bool) -> Result<(), SettingsError> {
        if self.gateway == GatewayKind::Sandbox && !self.allow_sandbox && is_release {
            return Err(SettingsError::sentence(
                "the setting bookplate.payments.gateway = \"sandbox\" takes no money, and this is a release build: \
                 set bookplate.payments.allow_sandbox = true if books may be given away, or run `bookplate demo`",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_build_refuses_the_sandbox_unless_it_is_allowed_by_name() {
        let sandbox = Payments::default();
        assert!(
            sandbox.refuse_sandbox(true).unwrap_err().to_string().contains("payments.allow_sandbox = true")
        );
        assert!(sandbox.refuse_sandbox(false).is_ok());
        let allowed = Payments { allow_sandbox: true, ..Payments::default() };
        assert!(allowed.refuse_sandbox(true).is_ok());
    }
}
