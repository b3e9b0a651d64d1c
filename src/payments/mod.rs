//! Who takes the money: one interface for every gateway, shaped after hosted checkouts.
//!
//! The shop creates a checkout with its own lines and total, sends the buyer to the gateway's page, and afterwards asks
//! what became of it. A signed event is only a bell: what counts is what [`Gateway::fetch_checkout`] says then.

mod facts;
pub mod guard;
mod health;
mod minimum;
pub mod sandbox;
mod shop;
mod signature;
pub mod stripe;

pub use facts::{
    Billing, CheckoutFacts, CheckoutStatus, DisputeFacts, DisputeState, GatewayBook, PaymentStatus,
    RefundFacts, RefundRequest, RefundState,
};

pub use health::{Endpoint, GatewayHealth};

use self::stripe::Stripe;
use crate::db::Timestamp;
use crate::money::{Currency, Money};
use sandbox::Sandbox;

/// The gateway of this shop.
#[derive(Debug, Clone)]
pub enum Gateway {
    /// No money: a pay page of our own for development and the demo.
    Sandbox(Sandbox),
    /// Stripe's hosted Checkout.
    Stripe(Stripe),
}

/// One line of a hosted checkout.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CheckoutLine {
    /// What is bought.
    pub title: String,
    /// What it costs, in minor units of the checkout's currency.
    pub amount_minor: i64,
}

/// Whether the gateway works out the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TaxMode {
    /// It does not: what the order says is what is paid.
    #[default]
    None,
    /// It does, within the prices: what the order says is what is paid.
    Inclusive,
    /// It does, on top of the prices: what is paid is what the order says, and the tax.
    Exclusive,
}

/// A checkout to be made.
#[derive(Debug, Clone)]
pub struct CheckoutRequest {
    /// The order's public id, which comes back with every fact.
    pub reference: String,
    /// What is bought; the amounts add up to `total`.
    pub lines: Vec<CheckoutLine>,
    /// What is to be paid.
    pub total: Money,
    /// The buyer's address, filled in on the gateway's page.
    pub email: String,
    /// The languages that the buyer reads, as the browser says it (`Accept-Language`); empty when it does not.
    pub locale: String,
    /// Whether the gateway works out the tax.
    pub tax: TaxMode,
    /// Where the buyer comes back to after paying. The address alone proves nothing.
    pub success_url: String,
    /// Where the buyer comes back to without paying.
    pub cancel_url: String,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
    /// The same key with the same content gives the same checkout, however often it is asked for.
    pub idempotency_key: String,
}

/// A checkout at the gateway.
#[derive(Debug, Clone)]
pub struct HostedCheckout {
    /// The gateway's id.
    pub id: String,
    /// The gateway's page for it.
    pub url: String,
    /// Until when it can be paid.
    pub expires_at: Timestamp,
}

/// What a gateway rang about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayEvent {
    /// The gateway's id of the event: the same event may come many times.
    pub id: String,
    /// What happened, in the gateway's words.
    pub kind: String,
    /// To which object.
    pub object_id: String,
    /// Whether real money is meant.
    pub livemode: bool,
    /// When, by the gateway's clock.
    pub created: Timestamp,
    /// The version of the gateway's language; empty where it has none.
    pub api_version: String,
}

/// Why a gateway did not do what was asked. For the log; buyers get a sentence of their own.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It could not be reached, or its answer did not come: what was asked may have been done or not. Ask again with
    /// the same key.
    #[error("the gateway did not answer: {0}")]
    Unreachable(String),
    /// It failed inside, and says the same again for the same key: what was asked may have been done or not. Ask under
    /// another key, where doing it twice is harmless.
    #[error("the gateway failed: {0}")]
    Failing(String),
    /// It said no.
    #[error("the gateway refused: {0}")]
    Refused(String),
    /// It knows no such thing.
    #[error("the gateway knows no {0}")]
    Unknown(String),
    /// It said something that this version does not know: nothing is moved by it, and an admin is told.
    #[error("the gateway's answer is not understood: {0}")]
    Unclear(String),
}

/// Why an event is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// No signature, or not the gateway's.
    #[error("The signature is not the gateway's.")]
    Forged,
    /// Signed too long ago, or in the future: perhaps replayed.
    #[error("The signature is too old.")]
    Stale,
    /// Signed, but not an event.
    #[error("The event can't be read.")]
    Unreadable,
}

impl Gateway {
    /// Its name in orders, in settings, and in its webhook's address.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "sandbox",
            Self::Stripe(_) => "stripe",
        }
    }

    /// The sandbox, if it is this shop's gateway.
    #[must_use]
    pub const fn sandbox(&self) -> Option<&Sandbox> {
        match self {
            Self::Sandbox(sandbox) => Some(sandbox),
            Self::Stripe(_) => None,
        }
    }

    /// The origin of its own pages, where they are not the shop's: what a form may lead to.
    #[must_use]
    pub fn page_origin(&self) -> Option<&str> {
        match self {
            Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe.pages()),
        }
    }

    /// Whether its money is real.
    #[must_use]
    pub fn livemode(&self) -> bool {
        match self {
            Self::Sandbox(_) => false,
            Self::Stripe(stripe) => stripe.livemode(),
        }
    }

    /// The most that can be paid at once, in minor units.
    #[must_use]
    pub const fn maximum(&self) -> i64 {
        minimum::MAXIMUM
    }

    /// The least total that can be paid in `currency`, in its minor unit; nothing at all needs no gateway. The same for
    /// every gateway, so that what can be sold in the sandbox can be sold for money.
    #[must_use]
    pub fn minimum(&self, currency: Currency) -> i64 {
        minimum::minimum(currency)
    }

    /// What every total in `currency` must be a multiple of, in its minor unit: 10 where the gateway takes two of three
    /// decimals, else 1.
    #[must_use]
    pub fn step(&self, currency: Currency) -> i64 {
        minimum::step(currency)
    }

    /// The header that carries the signature of its events.
    #[must_use]
    pub const fn signature_header(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => "Bookplate-Sandbox-Signature",
            Self::Stripe(_) => "Stripe-Signature",
        }
    }

    /// Makes a checkout, or finds the one that was made with the same key.
    ///
    /// # Errors
    /// When the gateway refuses or does not answer.
    pub async fn create_checkout(&self, request: CheckoutRequest) -> Result<HostedCheckout, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.create_checkout(request).await,
            Self::Stripe(stripe) => stripe.create_checkout(request).await,
        }
    }

    /// What became of a checkout, asked of the gateway now.
    ///
    /// # Errors
    /// When the gateway does not know it or does not answer.
    pub async fn fetch_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.fetch_checkout(id).await,
            Self::Stripe(stripe) => stripe.fetch_checkout(id).await,
        }
    }

    /// Closes a checkout that nobody has paid, and says what it is now; one that is over stays as it is.
    ///
    /// # Errors
    /// When the gateway does not know it or does not answer.
    pub async fn expire_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.expire_checkout(id).await,
            Self::Stripe(stripe) => stripe.expire_checkout(id).await,
        }
    }

    /// Gives money back.
    ///
    /// # Errors
    /// When the gateway refuses or does not answer.
    pub async fn refund(&self, request: RefundRequest) -> Result<RefundFacts, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.refund(request).await,
            Self::Stripe(stripe) => stripe.refund(request).await,
        }
    }

    /// Reads an event, if it is signed by the gateway and not stale.
    ///
    /// # Errors
    /// When it is not to be believed, or says nothing readable.
    pub fn verify_event(
        &self,
        body: &[u8],
        signature: &str,
        now: Timestamp,
    ) -> Result<GatewayEvent, EventError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.verify_event(body, signature, now),
            Self::Stripe(stripe) => stripe.verify_event(body, signature, now),
        }
    }

    /// The checkout that an event is about, asked of the gateway where the event names a payment, a refund or a dispute.
    /// Nothing for kinds that are not acted on, and for objects of others.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn checkout_of(&self, kind: &str, object_id: &str) -> Result<Option<String>, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.checkout_of(kind, object_id).await,
            Self::Stripe(stripe) => stripe.checkout_of(kind, object_id).await,
        }
    }

    /// The gateway's books since `since`, for the audit.
    ///
    /// # Errors
    /// When the gateway does not answer, or not to the end: half a book is no book.
    pub async fn book(&self, since: Timestamp) -> Result<GatewayBook, GatewayError> {
        match self {
            Self::Sandbox(sandbox) => sandbox.book(since).await,
            Self::Stripe(stripe) => stripe.book(since).await,
        }
    }

    /// How the way to the gateway and back is; nothing for one that has no way to lose.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn health(&self) -> Option<Result<GatewayHealth, GatewayError>> {
        match self {
            Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe.health().await),
        }
    }

    /// The events since `since` that the gateway could not deliver, the oldest first.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn undelivered(&self, since: Timestamp) -> Result<Vec<GatewayEvent>, GatewayError> {
        match self {
            // It rings inside the process and writes its own books first: there is nothing that was not delivered and
            // is not found by asking.
            Self::Sandbox(_) => {
                let _ = since;
                Ok(Vec::new())
            }
            Self::Stripe(stripe) => stripe.undelivered(since).await,
        }
    }
}
