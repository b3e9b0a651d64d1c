//! Stripe's hosted Checkout, through `async-stripe`.
//!
//! The buyer pays on Stripe's page; no card number comes near the shop. Everything that is made at Stripe carries this
//! shop's id, so that shops that share an account do not read each other's money. What Stripe says is translated into
//! the gateway's facts here; its own types stay in this folder.

mod amount;
mod book;
mod checkout;
mod client;
mod event;
mod facts;
mod health;
mod locale;
mod refund;
mod server_time;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OnceCell};

use super::{
    CheckoutFacts, CheckoutRequest, EventError, GatewayBook, GatewayError, GatewayEvent, GatewayHealth,
    HostedCheckout, RefundFacts, RefundRequest, shop,
};
use crate::clock::Clock;
use crate::config::{Payments, Secret};
use crate::db::{Db, Timestamp};
use client::{Client, within};

pub use event::EVENT_KINDS;

/// How long a question may take for whose answer a buyer waits, all its requests together.
const BUYERS_TIME: Duration = Duration::from_millis(4500);

/// The same for a refund, which an admin or nobody waits for.
const REFUND_TIME: Duration = Duration::from_secs(15);

/// How long the question what time it is may take.
const CLOCK_TIME: Duration = Duration::from_secs(4);

/// Where Stripe shows its pages.
const PAGES: &str = "https://checkout.stripe.com";

/// Stripe. Cloning is cheap.
#[derive(Clone)]
pub struct Stripe(Arc<Inner>);

struct Inner {
    client: Client,
    webhook_secrets: Vec<Secret>,
    livemode: bool,
    pages: String,
    /// A stand-in's address; nothing for Stripe's own.
    api_base: Option<String>,
    db: Db,
    clock: Clock,
    shop: OnceCell<String>,
    /// One refund at a time, so that the look at what was refunded already is still true when the refund is asked for.
    refunding: Mutex<()>,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stripe(livemode {})", self.0.livemode)
    }
}

impl Stripe {
    /// Stripe with the keys of `settings`, which were checked.
    #[must_use]
    pub fn new(db: Db, clock: Clock, settings: &Payments) -> Self {
        let base = settings.stripe_api_base.trim_end_matches('/');
        let base = (!base.is_empty()).then_some(base);
        Self(Arc::new(Inner {
            client: Client::new(settings.stripe_secret_key.reveal(), base),
            webhook_secrets: settings.stripe_webhook_secrets.0.clone(),
            livemode: settings.stripe_livemode(),
            pages: base.unwrap_or(PAGES).to_owned(),
            api_base: base.map(str::to_owned),
            db,
            clock,
            shop: OnceCell::new(),
            refunding: Mutex::new(()),
        }))
    }

    /// The version of Stripe's language that this program speaks: a webhook endpoint is best registered with it.
    #[must_use]
    pub const fn api_version() -> &'static str {
        match stripe_shared::version::VERSION {
            stripe_shared::ApiVersion::V2026_09_30_endive => "2026-09-30.endive",
            // The crate is pinned; a test notices when it moves on.
            _ => "",
        }
    }

    pub(super) fn livemode(&self) -> bool {
        self.0.livemode
    }

    pub(super) fn pages(&self) -> &str {
        &self.0.pages
    }

    /// This shop's id in what is made at Stripe.
    async fn shop(&self) -> Result<&str, GatewayError> {
        let shop = self.0.shop.get_or_try_init(|| async {
            let now = self.0.clock.now();
            self.0.db.write(move |conn| shop::identity(conn, now)).await
        });
        Ok(shop.await?.as_str())
    }

    pub(super) async fn create_checkout(
        &self,
        request: CheckoutRequest,
    ) -> Result<HostedCheckout, GatewayError> {
        checkout::create(&self.0.client, self.shop().await?, &request).await
    }

    pub(super) async fn fetch_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        let shop = self.shop().await?;
        within(BUYERS_TIME, checkout::fetch(&self.0.client, shop, id)).await
    }

    pub(super) async fn expire_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        let shop = self.shop().await?;
        within(BUYERS_TIME, checkout::expire(&self.0.client, shop, id)).await
    }

    pub(super) async fn refund(&self, request: RefundRequest) -> Result<RefundFacts, GatewayError> {
        let shop = self.shop().await?;
        let _alone = self.0.refunding.lock().await;
        within(REFUND_TIME, refund::refund(&self.0.client, shop, &request, self.0.clock.now())).await
    }

    pub(super) fn verify_event(
        &self,
        body: &[u8],
        signature: &str,
        now: Timestamp,
    ) -> Result<GatewayEvent, EventError> {
        event::verify(&self.0.webhook_secrets, body, signature, now)
    }

    pub(super) async fn checkout_of(
        &self,
        kind: &str,
        object_id: &str,
    ) -> Result<Option<String>, GatewayError> {
        let shop = self.shop().await?;
        event::checkout_of(&self.0.client, shop, kind, object_id).await
    }

    pub(super) async fn book(&self, since: Timestamp) -> Result<GatewayBook, GatewayError> {
        book::book(&self.0.client, self.shop().await?, since).await
    }

    pub(super) async fn health(&self) -> Result<GatewayHealth, GatewayError> {
        let mut health = within(REFUND_TIME, health::health(&self.0.client)).await?;
        let asked = self.0.clock.now();
        match within(CLOCK_TIME, server_time::ask(self.0.api_base.as_deref())).await {
            // The answer left about halfway between.
            Ok(theirs) => health.clock_ahead = Some(asked + (self.0.clock.now() - asked) / 2 - theirs),
            Err(error) => tracing::warn!(%error, "Stripe's time could not be asked for"),
        }
        Ok(health)
    }

    pub(super) async fn undelivered(&self, since: Timestamp) -> Result<Vec<GatewayEvent>, GatewayError> {
        book::undelivered(&self.0.client, since).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_the_readme_names_is_the_crates() {
        assert_eq!(stripe_shared::version::VERSION.as_str(), Stripe::api_version());
        let readme = include_str!("../../../README.md");
        assert!(readme.contains(Stripe::api_version()));
        for kind in EVENT_KINDS {
            assert!(readme.contains(kind), "{kind}");
        }
    }
}
