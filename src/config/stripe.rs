//! Stripe's keys: where they may come from, and which are refused.

use rocket::figment::Figment;
use serde::Deserialize;
use std::net::IpAddr;

use super::secret::{self, Secret, Secrets};
use super::{Payments, SettingsError};

/// What the secrets file may hold.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SecretsFile {
    stripe_secret_key: Secret,
    stripe_webhook_secrets: Secrets,
}

/// Refuses keys that stand in `Rocket.toml`: that file is copied, shown and put under version control.
///
/// # Errors
/// When one does.
pub(super) fn refuse_in_file(figment: &Figment, payments: &Payments) -> Result<(), SettingsError> {
    let given = [
        ("stripe_secret_key", !payments.stripe_secret_key.is_empty()),
        ("stripe_webhook_secrets", !payments.stripe_webhook_secrets.0.is_empty()),
    ];
    secret::refuse_in_file(figment, "payments", "stripe_secrets_file", &given)
}

impl Payments {
    /// Whether Stripe's key is one for real money.
    #[must_use]
    pub fn stripe_livemode(&self) -> bool {
        self.stripe_secret_key.reveal().contains("_live_")
    }

    /// Takes the keys from the secrets file that the environment did not give.
    ///
    /// # Errors
    /// When it can't be read, is no such file, or others can read it.
    pub(super) fn read_secrets_file(&mut self) -> Result<(), SettingsError> {
        let holds = "stripe_secret_key = \"…\" and stripe_webhook_secrets = [\"…\"]";
        let file = &self.stripe_secrets_file;
        let Some(read) = secret::read_file::<SecretsFile>("payments.stripe_secrets_file", file, holds)?
        else {
            return Ok(());
        };
        if self.stripe_secret_key.is_empty() {
            self.stripe_secret_key = read.stripe_secret_key;
        }
        if self.stripe_webhook_secrets.0.is_empty() {
            self.stripe_webhook_secrets = read.stripe_webhook_secrets;
        }
        Ok(())
    }

    /// # Errors
    /// When a key is missing or none, real money would meet a debug build, or the keys would go to somebody else.
    pub(super) fn validate_stripe(&self, is_release: bool) -> Result<(), SettingsError> {
        let refuse = |sentence: &str| Err(SettingsError::sentence(sentence));
        let key = self.stripe_secret_key.reveal();
        if key.trim().is_empty() {
            return refuse(
                "the setting bookplate.payments.gateway = \"stripe\" needs a key: give \
                 BOOKPLATE_PAYMENTS__STRIPE_SECRET_KEY, or name a file with payments.stripe_secrets_file",
            );
        }
        let kinds = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"];
        let fits = |kind: &&str| key.len() > kind.len() && key.starts_with(*kind);
        if !kinds.iter().any(fits) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse(
                "the setting bookplate.payments.stripe_secret_key is no secret key of Stripe's: it must begin with \
                 rk_test_, rk_live_, sk_test_ or sk_live_",
            );
        }
        let secrets = &self.stripe_webhook_secrets.0;
        let is_secret = |secret: &Secret| {
            let text = secret.reveal();
            text.len() > "whsec_".len()
                && text.starts_with("whsec_")
                && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if secrets.is_empty() || !secrets.iter().all(is_secret) {
            return refuse(
                "the setting bookplate.payments.stripe_webhook_secrets must be the signing secret of the webhook \
                 endpoint, which begins with whsec_, or a list of such: give \
                 BOOKPLATE_PAYMENTS__STRIPE_WEBHOOK_SECRETS",
            );
        }
        if self.stripe_livemode() && !is_release {
            return refuse(
                "the setting bookplate.payments.stripe_secret_key is for real money, and this is a debug build: \
                 use a test key, or build with --release",
            );
        }
        let base = &self.stripe_api_base;
        if !base.is_empty() && (is_release || !is_loopback(base)) {
            return Err(SettingsError::new(
                "payments.stripe_api_base",
                base,
                "left out: the key goes there. Only a debug build takes one, of this very machine",
            ));
        }
        Ok(())
    }
}

/// Whether an address is one of this machine's own: `http://127.0.0.1:…`, and nothing that only looks like it.
fn is_loopback(base: &str) -> bool {
    let Some(rest) = base.strip_prefix("http://") else { return false };
    let authority = rest.trim_end_matches('/');
    let host =
        authority.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map(|(host, _)| host);
    let host = host.unwrap_or(authority);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::GatewayKind;
    use super::*;

    fn payments(key: &str, secret: &str) -> Payments {
        Payments {
            gateway: GatewayKind::Stripe,
            stripe_secret_key: Secret::new(key),
            stripe_webhook_secrets: Secrets(vec![Secret::new(secret)]),
            ..Payments::default()
        }
    }

    #[track_caller]
    fn refused(payments: &Payments, is_release: bool, words: &str) {
        let sentence = payments.validate_stripe(is_release).unwrap_err().to_string();
        assert!(sentence.contains(words), "{sentence}");
        for secret in ["4eC39", "5d2f"] {
            assert!(!sentence.contains(secret), "{sentence}");
        }
    }

    #[test]
    fn stripe_wants_a_key_and_a_webhook_secret_that_are_what_they_should_be() {
        for key in ["sk_test_4eC39", "rk_test_4eC39"] {
            payments(key, "whsec_5d2f").validate_stripe(false).unwrap();
        }
        payments("rk_live_4eC39", "whsec_5d2f").validate_stripe(true).unwrap();
        refused(&payments("", "whsec_5d2f"), true, "needs a key");
        refused(&payments("pk_test_4eC39", "whsec_5d2f"), true, "no secret key");
        refused(&payments("sk_test_", "whsec_5d2f"), true, "no secret key");
        refused(&payments("sk_test_4eC39\n", "whsec_5d2f"), true, "no secret key");
        refused(&payments("sk_test_4eC39", ""), true, "stripe_webhook_secrets");
        refused(&payments("sk_test_4eC39", "whsec_"), true, "stripe_webhook_secrets");
        refused(&payments("sk_test_4eC39", "we_5d2f"), true, "stripe_webhook_secrets");
        let mut none = payments("sk_test_4eC39", "whsec_5d2f");
        none.stripe_webhook_secrets.0.push(Secret::new(""));
        refused(&none, true, "stripe_webhook_secrets");
    }

    #[test]
    fn real_money_and_debug_builds_do_not_meet() {
        refused(&payments("sk_live_4eC39", "whsec_5d2f"), false, "debug build");
        assert!(payments("sk_live_4eC39", "whsec_5d2f").stripe_livemode());
        assert!(!payments("sk_test_4eC39", "whsec_5d2f").stripe_livemode());
    }

    #[test]
    fn the_key_goes_to_stripe_or_to_this_machine() {
        let with = |base: &str| Payments {
            stripe_api_base: base.to_owned(),
            ..payments("sk_test_4eC39", "whsec_5d2f")
        };
        for base in ["http://127.0.0.1:9", "http://localhost:9/", "http://[::1]:9", "http://127.0.0.1"] {
            with(base).validate_stripe(false).unwrap();
            refused(&with(base), true, "stripe_api_base");
        }
        for base in [
            "https://api.stripe.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example:80",
            "http://127.0.0.1:9@evil.example",
            "http://10.0.0.1",
        ] {
            refused(&with(base), false, "stripe_api_base");
        }
    }

    #[test]
    fn the_secrets_file_is_for_its_owner_alone() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"stripe_secret_key = \"sk_test_4eC39\"\nstripe_webhook_secrets = \"whsec_5d2f\"\n")
            .unwrap();
        let mut settings =
            Payments { stripe_secrets_file: file.path().display().to_string(), ..Payments::default() };
        settings.read_secrets_file().unwrap();
        assert_eq!(settings.stripe_secret_key.reveal(), "sk_test_4eC39");
        assert_eq!(settings.stripe_webhook_secrets.0, [Secret::new("whsec_5d2f")]);
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(settings.read_secrets_file().unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o600)).unwrap();
        file.write_all(b"stripe_secret = \"5d2f\"\n").unwrap();
        let sentence = settings.read_secrets_file().unwrap_err().to_string();
        assert!(sentence.contains("no more") && !sentence.contains("5d2f"), "{sentence}");
    }
}
