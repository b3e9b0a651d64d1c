//! The settings: `Rocket.toml`, `[default.bookplate]` and its sections, with `BOOKPLATE_…` in the environment on top.
//!
//! This is the only place that reads the environment. Every key has a safe default; a wrong value stops the start with
//! one sentence that names the key, the value, and what would be right.

mod accounts;
mod base_url;
mod checkout;
mod delivery;
mod delivery_limits;
mod error;
mod front;
mod log;
mod mail;
mod payments;
mod publishing;
mod s3;
mod secret;
mod seller;
mod show;
mod storage;
mod stripe;
mod tax;
mod uploads;

use std::net::SocketAddr;

use figment::Figment;
use figment::providers::Env;
use rocket::figment;
use serde::Deserialize;

pub use accounts::{Accounts, Limit};
pub use base_url::BaseUrl;
pub use checkout::Checkout;
pub use delivery::{Backend, ContentType, Delivery};
pub use delivery_limits::DeliveryLimits;
pub use error::SettingsError;
pub use front::Front;
pub use log::{Log, LogFormat};
pub use mail::{Mail, Smtp, SmtpTls, Transport};
pub use payments::{GatewayKind, NO_MONEY, Payments};
pub use publishing::Publishing;
pub use secret::{Secret, Secrets};
pub use seller::Seller;
pub use storage::{Storage, StorageKind};
pub use tax::{Tax, TaxKind};
pub use uploads::Uploads;

use crate::db::DatabaseUrl;
use crate::money::Currency;

/// Where this program lies on the disk, for what it has a process of its own do.
#[must_use]
pub fn program() -> Option<std::path::PathBuf> {
    std::env::current_exe().ok()
}

/// What a visitor without the right to a file is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// 404, as for a file that does not exist.
    NotFound,
    /// 403.
    Forbidden,
}

/// Everything an operator can set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The shop's name on every page and mail.
    pub shop_name: String,
    /// The address that customers use, for links in mails and for the sandbox's return.
    pub base_url: BaseUrl,
    /// `sqlite://…` or `postgres://…`.
    #[serde(deserialize_with = "parsed")]
    pub database_url: DatabaseUrl,
    /// What a visitor without the right to a file is told.
    pub denied: Denied,
    /// The currency of new prices (ISO 4217).
    #[serde(deserialize_with = "parsed")]
    pub currency: Currency,
    /// Where the bytes live.
    pub storage: Storage,
    /// Who serves them.
    pub delivery: Delivery,
    /// What is asked of those who connect, while no web server stands in front.
    pub front: Front,
    /// Who takes the money.
    pub payments: Payments,
    /// What the checkout asks by law.
    pub checkout: Checkout,
    /// Who sells, as invoices say it.
    pub seller: Seller,
    /// VAT on the books.
    pub tax: Tax,
    /// Who may sell their books here.
    pub publishing: Publishing,
    /// Which files publishers may bring.
    pub uploads: Uploads,
    /// How mail leaves.
    pub mail: Mail,
    /// Sessions and rate limits.
    pub accounts: Accounts,
    /// What is logged.
    pub log: Log,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shop_name: "Bookplate".to_owned(),
            base_url: BaseUrl::default(),
            database_url: DatabaseUrl::Sqlite("data/bookplate.db".into()),
            denied: Denied::NotFound,
            currency: Currency::EUR,
            storage: Storage::default(),
            delivery: Delivery::default(),
            front: Front::default(),
            payments: Payments::default(),
            checkout: Checkout::default(),
            seller: Seller::default(),
            tax: Tax::default(),
            publishing: Publishing::default(),
            uploads: Uploads::default(),
            mail: Mail::default(),
            accounts: Accounts::default(),
            log: Log::default(),
        }
    }
}

impl Settings {
    /// Rocket's own figment (its defaults, `Rocket.toml`, `ROCKET_…`) with `BOOKPLATE_…` on top:
    /// `BOOKPLATE_PAYMENTS__GATEWAY` is `gateway` of `[default.bookplate.payments]`.
    #[must_use]
    pub fn figment() -> Figment {
        let ours = Env::prefixed("BOOKPLATE_")
            .ignore(&["log_filter"])
            // What scripts/test tells the tests is no setting of a shop that they start.
            .filter(|key| !key.as_str().to_ascii_lowercase().starts_with("test_"))
            .map(|key| format!("bookplate.{}", key.as_str().to_ascii_lowercase().replace("__", ".")).into());
        rocket::Config::figment().join(("ident", false)).merge(ours.global())
    }

    /// Reads and checks the settings.
    ///
    /// # Errors
    /// One sentence that names the key, the value, and what would be right.
    pub fn from_figment(figment: &Figment) -> Result<Self, SettingsError> {
        let mut settings: Self = if figment.contains("bookplate") {
            figment.extract_inner("bookplate").map_err(|error| SettingsError::from_figment(&error))?
        } else {
            Self::default()
        };
        stripe::refuse_in_file(figment, &settings.payments)?;
        settings.payments.read_secrets_file()?;
        s3::refuse_in_file(figment, &settings.storage)?;
        settings.storage.read_secrets_file()?;
        settings.validate()?;
        Ok(settings)
    }

    /// Checks what the types alone cannot say.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<(), SettingsError> {
        if self.shop_name.trim().is_empty() {
            return Err(SettingsError::new(
                "shop_name",
                "",
                "the name that customers read, for example \"Sea Books\"",
            ));
        }
        self.storage.validate()?;
        self.delivery.validate()?;
        self.delivery.validate_with(self.storage.kind)?;
        self.front.validate()?;
        self.payments.validate()?;
        self.checkout.validate()?;
        self.seller.validate()?;
        self.tax.validate(&self.seller)?;
        self.uploads.validate()?;
        self.mail.validate()?;
        self.accounts.validate()
    }
}

/// The figment's key for where the program's own front listens, while Rocket listens behind it.
pub const LISTENS: &str = "front_listens";

/// The figment's key for the header by which a proxy tells the program's own front who asks; empty for none.
pub const TRUSTED_IP_HEADER: &str = "front_trusted_ip_header";

/// The figment's key for the header by which the program's own front tells the app who is at the other end of a connection.
pub const PEER_HEADER: &str = "front_peer_header";

/// Where the program itself listens, by Rocket's own keys; none when `address` is no IP address.
#[must_use]
pub fn listens_at(figment: &Figment) -> Option<SocketAddr> {
    if let Ok(address) = figment.extract_inner::<String>(LISTENS) {
        return address.parse().ok();
    }
    let (address, port) = address_and_port(figment);
    Some(SocketAddr::new(address.parse().ok()?, port))
}

/// Rocket's own keys for where it listens, as they are written, or its defaults.
#[must_use]
pub fn address_and_port(figment: &Figment) -> (String, u16) {
    let address = figment.extract_inner::<String>("address").unwrap_or_else(|_| "127.0.0.1".to_owned());
    (address, figment.extract_inner::<u16>("port").unwrap_or(8000))
}

/// A value written as text whose type knows how to read it.
fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|error| serde::de::Error::custom(format!("{text:?} does not fit: {error}")))
}
