//! The sandbox's pay page. It does not look like the shop, on purpose: it stands for the gateway's own.

use askama::Template;

use super::super::{CheckoutFacts, CheckoutStatus, DisputeState, PaymentStatus, RefundState};
use super::{SandboxCheckout, steps};
use crate::db::Timestamp;
use crate::web::{filters, show};

/// One line of the bill.
#[derive(Debug, Clone)]
pub struct PayLine {
    /// What is bought.
    pub title: String,
    /// What it costs.
    pub price: String,
}

/// `templates/sandbox/pay.html`
#[derive(Debug, Template)]
#[template(path = "sandbox/pay.html")]
pub struct PayPage {
    /// The shop's name.
    pub shop_name: String,
    /// The checkout's id.
    pub checkout_id: String,
    /// What is to be paid.
    pub amount: String,
    /// The buyer's address.
    pub email: String,
    /// What is bought.
    pub lines: Vec<PayLine>,
    /// How many seconds the delayed method takes.
    pub settles_in: i64,
    /// `open`, `paid`, `processing`, `declined` or `expired`.
    pub state: &'static str,
    /// Where the shop is.
    pub return_url: String,
    /// Whether the dashboard has something to do with it.
    pub has_dashboard: bool,
}

impl PayPage {
    /// The page of a checkout at `now`.
    #[must_use]
    pub fn new(shop_name: &str, checkout: &SandboxCheckout, settles_in: i64, now: Timestamp) -> Self {
        let lines = checkout.lines();
        let lines = lines
            .into_iter()
            .map(|line| PayLine { price: checkout.shown(line.amount_minor), title: line.title });
        let state = match (checkout.status(now), checkout.payment_status) {
            (_, PaymentStatus::Paid) => "paid",
            (_, PaymentStatus::Processing) => "processing",
            (_, PaymentStatus::Failed) => "declined",
            (CheckoutStatus::Open, PaymentStatus::Unpaid) => "open",
            (_, PaymentStatus::Unpaid) => "expired",
        };
        Self {
            shop_name: shop_name.to_owned(),
            checkout_id: checkout.public_id.clone(),
            amount: checkout.shown(checkout.amount_minor),
            email: checkout.email.clone(),
            lines: lines.collect(),
            settles_in,
            state,
            return_url: checkout.success_url.clone(),
            has_dashboard: state == "paid",
        }
    }
}

/// A refund or a dispute in the sandbox's books.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub when: String,
    /// How much.
    pub amount: String,
    /// Where it is, in words.
    pub state: &'static str,
    /// Whether it can still fail.
    pub can_fail: bool,
}

/// A button of the bank.
#[derive(Debug, Clone)]
pub struct BankStep {
    /// The form's value.
    pub value: &'static str,
    /// What it does.
    pub text: &'static str,
    /// What comes of it.
    pub hint: &'static str,
}

/// `templates/sandbox/dashboard.html`
#[derive(Debug, Template)]
#[template(path = "sandbox/dashboard.html")]
pub struct DashboardPage {
    /// The shop's name.
    pub shop_name: String,
    /// The checkout's id.
    pub checkout_id: String,
    /// What was to be paid.
    pub amount: String,
    /// Whether it was.
    pub is_paid: bool,
    /// The buyer's address.
    pub email: String,
    /// What can still go back; empty for nothing.
    pub left: String,
    /// What went back.
    pub refunds: Vec<Entry>,
    /// What the bank asks.
    pub disputes: Vec<Entry>,
    /// What the bank can do next.
    pub bank: Vec<BankStep>,
    /// What was typed as an amount.
    pub typed: String,
    /// Why the last wish could not be carried out; empty when it was.
    pub error: String,
    /// The order's page.
    pub order_url: String,
}

impl DashboardPage {
    /// The page of a checkout with what the sandbox has in its books of it.
    #[must_use]
    pub fn new(shop_name: &str, checkout: &SandboxCheckout, facts: &CheckoutFacts) -> Self {
        let is_paid = checkout.payment_status == PaymentStatus::Paid;
        let left = checkout.amount_minor - checkout.refunded_minor;
        let last = facts.disputes.last().map(|dispute| dispute.state);
        let is_taken = matches!(last, Some(DisputeState::Open | DisputeState::Lost));
        let refunds = facts.refunds.iter().map(|refund| Entry {
            id: refund.id.clone(),
            when: show::moment(refund.created),
            amount: checkout.shown(refund.amount_minor),
            state: match refund.state {
                RefundState::Pending => "on its way",
                RefundState::Succeeded => "given back",
                RefundState::Failed => "failed",
                RefundState::Cancelled => "called off",
                RefundState::Unclear => "unclear",
            },
            can_fail: matches!(refund.state, RefundState::Pending | RefundState::Succeeded),
        });
        let disputes = facts.disputes.iter().map(|dispute| Entry {
            id: dispute.id.clone(),
            when: show::moment(dispute.created),
            amount: checkout.shown(dispute.amount_minor),
            state: match dispute.state {
                DisputeState::Inquiry => "the bank asks",
                DisputeState::InquiryClosed => "the bank asked, and is content",
                DisputeState::Open => "open",
                DisputeState::Won => "won by the shop",
                DisputeState::Lost => "lost by the shop",
                DisputeState::Unclear => "unclear",
            },
            can_fail: false,
        });
        Self {
            shop_name: shop_name.to_owned(),
            checkout_id: checkout.public_id.clone(),
            amount: checkout.shown(checkout.amount_minor),
            is_paid,
            email: checkout.email.clone(),
            left: if is_paid && left > 0 && !is_taken { checkout.shown(left) } else { String::new() },
            refunds: refunds.collect(),
            disputes: disputes.collect(),
            bank: if is_paid {
                steps(last).iter().filter_map(|step| bank(*step)).collect()
            } else {
                Vec::new()
            },
            typed: String::new(),
            error: String::new(),
            order_url: checkout.cancel_url.clone(),
        }
    }
}

const fn bank(step: DisputeState) -> Option<BankStep> {
    let (value, text, hint) = match step {
        DisputeState::Inquiry => ("inquiry", "Ask about the payment", "no money moves, the books stay open"),
        DisputeState::InquiryClosed => ("inquiry_closed", "Be content with the answer", "nothing changes"),
        DisputeState::Open => ("open", "Dispute the payment", "the books close until it is decided"),
        DisputeState::Won => ("won", "Decide for the shop", "the books open again"),
        DisputeState::Lost => ("lost", "Decide for the buyer", "the money is gone, the books stay closed"),
        DisputeState::Unclear => return None,
    };
    Some(BankStep { value, text, hint })
}
