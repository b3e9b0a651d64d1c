//! The sandbox's pay page. It does not look like the shop, on purpose: it stands for the gateway's own.

use askama::Template;

use super::super::{CheckoutStatus, PaymentStatus};
use super::SandboxCheckout;
use crate::db::Timestamp;
use crate::web::filters;

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
        }
    }
}
