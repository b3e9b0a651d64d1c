//! The sandbox: a gateway that takes no money, for development and the demo.
//!
//! It keeps books of its own, as a real gateway would on its side, shows a pay page that says what it is, and rings with
//! signed events. The shop knows of it only what it would know of a real one.

mod aftermath;
mod books;
mod event;
pub mod forms;
pub mod pages;
pub mod routes;

use chrono::TimeDelta;

pub use aftermath::{Afterwards, steps};
pub use books::SandboxCheckout;
pub use event::SignedEvent;

use super::{
    CheckoutFacts, CheckoutRequest, EventError, GatewayBook, GatewayError, GatewayEvent, HostedCheckout,
    PaymentStatus, RefundFacts, RefundRequest,
};
use crate::clock::Clock;
use crate::config::{BaseUrl, Payments};
use crate::db::{Db, Timestamp};
use crate::ids::Token;

/// How a visitor to the pay page lets a payment end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The money is there at once.
    Pay,
    /// The money comes after the sandbox's delay, as with a bank transfer.
    Later,
    /// The money is promised as with [`Outcome::Later`], and does not come.
    FailLater,
    /// The payment is refused.
    Decline,
}

/// The gateway that takes no money.
#[derive(Clone)]
pub struct Sandbox {
    db: Db,
    clock: Clock,
    base_url: BaseUrl,
    delay: TimeDelta,
    /// Signs the events; random for each process, since nobody else needs to know it.
    secret: Token,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sandbox(settles after {})", self.delay)
    }
}

impl Sandbox {
    /// The sandbox of a shop at `base_url`.
    #[must_use]
    pub fn new(db: Db, clock: Clock, base_url: BaseUrl, settings: &Payments) -> Self {
        let delay = TimeDelta::seconds(i64::from(settings.sandbox_delay_seconds));
        Self { db, clock, base_url, delay, secret: Token::new() }
    }

    /// How long the delayed method takes.
    #[must_use]
    pub const fn delay(&self) -> TimeDelta {
        self.delay
    }

    pub(super) async fn create_checkout(
        &self,
        request: CheckoutRequest,
    ) -> Result<HostedCheckout, GatewayError> {
        let now = self.clock.now();
        let lines = serde_json::to_string(&request.lines)
            .map_err(|error| GatewayError::Refused(error.to_string()))?;
        let checkout = self.db.write(move |conn| books::create(conn, &request, &lines, now)).await?;
        let url = self.base_url.join(&format!("/sandbox/pay/{}", checkout.public_id));
        Ok(HostedCheckout { id: checkout.public_id, url, expires_at: checkout.expires_at })
    }

    pub(super) async fn fetch_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        let (id, now) = (id.to_owned(), self.clock.now());
        self.db.read(move |conn| books::facts(conn, &id, now)).await
    }

    pub(super) async fn expire_checkout(&self, id: &str) -> Result<CheckoutFacts, GatewayError> {
        let (id, now) = (id.to_owned(), self.clock.now());
        let facts = self.db.write(move |conn| {
            books::expire(conn, &id)?;
            books::facts(conn, &id, now)
        });
        facts.await
    }

    pub(super) async fn refund(&self, request: RefundRequest) -> Result<RefundFacts, GatewayError> {
        let now = self.clock.now();
        self.db.write(move |conn| aftermath::refund(conn, &request, now)).await
    }

    pub(super) fn verify_event(
        &self,
        body: &[u8],
        signature: &str,
        now: Timestamp,
    ) -> Result<GatewayEvent, EventError> {
        event::verify(self.secret.secret().as_bytes(), body, signature, now)
    }

    /// Every event of the sandbox names its checkout.
    pub(super) async fn checkout_of(
        &self,
        kind: &str,
        object_id: &str,
    ) -> Result<Option<String>, GatewayError> {
        let is_known = ["checkout.", "refund.", "dispute."].iter().any(|prefix| kind.starts_with(prefix));
        Ok(is_known.then(|| object_id.to_owned()))
    }

    pub(super) async fn book(&self, since: Timestamp) -> Result<GatewayBook, GatewayError> {
        let now = self.clock.now();
        self.db.read(move |conn| books::book(conn, since, now)).await
    }

    /// A checkout as the sandbox has it in its books.
    ///
    /// # Errors
    /// When there is none of this id, or the database fails.
    pub async fn checkout(&self, id: &str) -> Result<SandboxCheckout, GatewayError> {
        let id = id.to_owned();
        self.db.read(move |conn| books::find(conn, &id)).await
    }

    /// Lets the payment of an open checkout end, and returns the event to ring with; nothing if it was over already.
    ///
    /// The sandbox's books are written when this returns, whether or not the shop ever hears of it.
    ///
    /// # Errors
    /// When there is no such checkout, or the database fails.
    pub async fn end(&self, id: &str, outcome: Outcome) -> Result<Option<SignedEvent>, GatewayError> {
        let (id, now, delay) = (id.to_owned(), self.clock.now(), self.delay);
        let ended = self.db.write(move |conn| books::end(conn, &id, outcome, now, now + delay)).await?;
        let kind = match outcome {
            Outcome::Pay | Outcome::Later | Outcome::FailLater => "checkout.completed",
            Outcome::Decline => "checkout.failed",
        };
        Ok(ended.map(|checkout| self.event(kind, &checkout.public_id)))
    }

    /// Settles the delayed payments whose time has come, and returns the events to ring with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_due(&self) -> Result<Vec<SignedEvent>, GatewayError> {
        let now = self.clock.now();
        let due = self.db.read(move |conn| books::due(conn, now)).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let settled = self.db.write(move |conn| books::settle(conn, &due)).await?;
        let events = settled.iter().map(|(id, status)| match status {
            PaymentStatus::Failed => self.event("checkout.payment_failed", id),
            _ => self.event("checkout.payment_succeeded", id),
        });
        Ok(events.collect())
    }

    /// Does something with a payment afterwards, as at a gateway's own site, and returns the event to ring with.
    ///
    /// # Errors
    /// `Refused` with a sentence when the payment is not where that can be done; or when the database fails.
    pub async fn afterwards(&self, id: &str, what: Afterwards) -> Result<SignedEvent, GatewayError> {
        let (checkout, now) = (id.to_owned(), self.clock.now());
        let kind = self.db.write(move |conn| aftermath::act(conn, &checkout, &what, now)).await?;
        Ok(self.event(kind, id))
    }

    /// A signed event about a checkout.
    #[must_use]
    pub fn event(&self, kind: &str, checkout_id: &str) -> SignedEvent {
        SignedEvent::new(self.secret.secret().as_bytes(), kind, checkout_id, self.clock.now())
    }
}

impl From<diesel::result::Error> for GatewayError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}
