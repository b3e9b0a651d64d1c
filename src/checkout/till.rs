//! What the checkout works with: the data, the time, the gateway, and what mails say of the shop.

use std::sync::Arc;

use chrono::TimeDelta;

use super::asks::Asks;
use super::cart_lines::Asker;
use crate::clock::Clock;
use crate::config::{BaseUrl, GatewayKind, Settings};
use crate::db::Db;
use crate::mail::messages::Sender;
use crate::money::{Currency, Money};
use crate::orders::papers::Rules;
use crate::payments::Gateway;
use crate::payments::sandbox::Sandbox;
use crate::payments::stripe::Stripe;
use crate::permission::Viewer;
use crate::shop::Identity;

/// What the checkout works with. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Till {
    /// The shop's data.
    pub db: Db,
    /// Tells the time.
    pub clock: Clock,
    /// Who takes the money.
    pub gateway: Gateway,
    /// The currency of the shop.
    pub currency: Currency,
    /// The shop's public address.
    pub base_url: BaseUrl,
    /// What the shop says of itself.
    pub identity: Identity,
    /// How long an order waits to be paid.
    pub patience: TimeDelta,
    /// What invoices need of the settings.
    pub rules: Arc<Rules>,
    /// What the checkout asks by law.
    pub asks: Arc<Asks>,
}

impl Till {
    /// The till of a shop with these settings.
    #[must_use]
    pub fn new(settings: &Settings, db: &Db, clock: &Clock) -> Self {
        let payments = &settings.payments;
        let gateway = match payments.gateway {
            GatewayKind::Sandbox => {
                Gateway::Sandbox(Sandbox::new(db.clone(), clock.clone(), settings.base_url.clone(), payments))
            }
            GatewayKind::Stripe => Gateway::Stripe(Stripe::new(db.clone(), clock.clone(), payments)),
        };
        let identity = Identity::new(settings);
        Self {
            db: db.clone(),
            clock: clock.clone(),
            gateway,
            currency: settings.currency,
            base_url: settings.base_url.clone(),
            rules: Arc::new(Rules { identity: identity.clone(), ..Rules::from(settings) }),
            identity,
            asks: Arc::new(Asks::from(settings)),
            // Stripe wants a page to be open for 30 minutes to 24 hours, counted when it hears of it.
            patience: TimeDelta::minutes(i64::from(payments.order_expires_minutes.clamp(32, 1438))),
        }
    }

    /// What letters show of the shop.
    #[must_use]
    pub fn sender(&self) -> Sender {
        self.identity.sender()
    }

    /// The least that can be charged in the shop's currency.
    #[must_use]
    pub fn least(&self) -> Money {
        Money::new(self.gateway.minimum(self.currency), self.currency)
    }

    /// Someone who looks at their cart now; `email` is the address that the order will have, once it is known.
    #[must_use]
    pub fn asker(&self, viewer: &Viewer, email: Option<&str>) -> Asker {
        Asker {
            viewer: viewer.clone(),
            for_others: false,
            email: email.map(str::to_owned),
            currency: self.currency,
            least: self.least(),
            now: self.clock.now(),
        }
    }
}
