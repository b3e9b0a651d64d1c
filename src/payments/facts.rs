//! What a gateway says: fetched at this moment, never taken from an event.

use crate::db::{Timestamp, text_enum};
use crate::money::Money;

text_enum! {
    /// Where a checkout is at the gateway.
    pub enum CheckoutStatus {
        /// It can be paid.
        Open = "open",
        /// The buyer went through it; see [`PaymentStatus`] for the money.
        Complete = "complete",
        /// It can no longer be paid.
        Expired = "expired",
    }
}

text_enum! {
    /// Where the money of a checkout is.
    pub enum PaymentStatus {
        /// Nothing was paid.
        Unpaid = "unpaid",
        /// It is on its way: a method that settles later.
        Processing = "processing",
        /// It is there.
        Paid = "paid",
        /// It did not come.
        Failed = "failed",
    }
}

/// What a gateway says of a checkout now.
#[derive(Debug, Clone)]
pub struct CheckoutFacts {
    /// The gateway's id.
    pub id: String,
    /// Where it is.
    pub status: CheckoutStatus,
    /// Where its money is.
    pub payment_status: PaymentStatus,
    /// The gateway's id of the payment, once there is one.
    pub payment_id: Option<String>,
    /// What was to be paid, in minor units of `currency`.
    pub amount_minor: i64,
    /// ISO 4217 code, in upper case.
    pub currency: String,
    /// The reference that it was made with.
    pub reference: String,
    /// Whether the money is real.
    pub livemode: bool,
    /// When it was made.
    pub created: Timestamp,
    /// The tax in `amount_minor`, as the gateway worked it out; 0 where it was not asked to.
    pub tax_minor: i64,
    /// The part of that tax which the gateway put on top of the shop's own total: `amount_minor` less this is what the
    /// order asked for. 0 where prices include their tax.
    pub added_tax_minor: i64,
    /// Who paid, as far as the gateway asked.
    pub billing: Option<Billing>,
    /// What went back of the money, or is to.
    pub refunds: Vec<RefundFacts>,
    /// What the buyer's bank asked back.
    pub disputes: Vec<DisputeFacts>,
}

impl CheckoutFacts {
    /// What has not gone back of it, nor is about to, in minor units of its currency.
    #[must_use]
    pub fn left_minor(&self) -> i64 {
        let back = self.refunds.iter().filter(|refund| refund.state.takes_money());
        self.amount_minor - back.map(|refund| refund.amount_minor).sum::<i64>()
    }
}

/// Who paid, as the gateway's page asked; empty where it did not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Billing {
    /// The name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code, in upper case.
    pub country: String,
    /// The lines of the address without the country, as they are written on a letter.
    pub address: Vec<String>,
    /// A VAT number, if one was given.
    pub vat_id: String,
}

text_enum! {
    /// Where a refund is at the gateway.
    pub enum RefundState {
        /// On its way, or waiting for the buyer.
        Pending = "pending",
        /// Given back.
        Succeeded = "succeeded",
        /// It did not work; the money is still ours.
        Failed = "failed",
        /// It was called off; the money is still ours.
        Cancelled = "cancelled",
        /// In a state that this version does not know: it counts as money that left.
        Unclear = "unclear",
    }
}

impl RefundState {
    /// Whether the money has left, or is about to.
    #[must_use]
    pub const fn takes_money(self) -> bool {
        matches!(self, Self::Pending | Self::Succeeded | Self::Unclear)
    }
}

/// What a gateway says of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// The gateway's id.
    pub id: String,
    /// The gateway's id of the payment that it takes from.
    pub payment_id: String,
    /// Where it is.
    pub state: RefundState,
    /// How much, in minor units of `currency`.
    pub amount_minor: i64,
    /// ISO 4217 code, in upper case.
    pub currency: String,
    /// The shop's own refund that it was asked for by; nothing when it was made at the gateway's own site.
    pub reference: Option<String>,
    /// When it was made.
    pub created: Timestamp,
}

text_enum! {
    /// Where a dispute is at the gateway.
    pub enum DisputeState {
        /// The bank asks; no money has moved.
        Inquiry = "inquiry",
        /// The bank asked, and is content.
        InquiryClosed = "inquiry_closed",
        /// The money is held back until it is decided.
        Open = "open",
        /// Decided for the shop.
        Won = "won",
        /// Decided for the buyer: the money is gone.
        Lost = "lost",
        /// In a state that this version does not know: it counts as open.
        Unclear = "unclear",
    }
}

/// What a gateway says of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// The gateway's id.
    pub id: String,
    /// The gateway's id of the payment.
    pub payment_id: String,
    /// Where it is.
    pub state: DisputeState,
    /// How much is asked back, in minor units of `currency`.
    pub amount_minor: i64,
    /// ISO 4217 code, in upper case.
    pub currency: String,
    /// Why, in the bank's words.
    pub reason: String,
    /// When it was opened.
    pub created: Timestamp,
}

/// Money to give back.
#[derive(Debug, Clone)]
pub struct RefundRequest {
    /// The gateway's id of the payment.
    pub payment_id: String,
    /// How much of it.
    pub amount: Money,
    /// The shop's own id of the refund, which comes back with every fact about it.
    pub reference: String,
    /// The same key gives the same refund, however often it is asked for.
    pub idempotency_key: String,
}

/// What the gateway has in its own books since some moment: what an audit compares the orders with.
#[derive(Debug, Clone, Default)]
pub struct GatewayBook {
    /// The checkouts of this shop that were gone through, with their money.
    pub checkouts: Vec<CheckoutFacts>,
    /// Every refund.
    pub refunds: Vec<RefundFacts>,
    /// Every dispute.
    pub disputes: Vec<DisputeFacts>,
    /// The checkouts that could not be read, by their ids, each with what was not understood.
    pub unclear: Vec<(String, String)>,
}
