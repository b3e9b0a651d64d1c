//! What the back office calls things.

use crate::orders::{FindingKind, OrderStatus};
use crate::payments::DisputeState;

/// An order's status in a word or two, and the class of its badge: `good`, `bad`, `wait` or nothing.
#[must_use]
pub const fn status(status: OrderStatus) -> (&'static str, &'static str) {
    match status {
        OrderStatus::Pending => ("Not paid yet", "wait"),
        OrderStatus::Processing => ("On its way", "wait"),
        OrderStatus::Paid => ("Paid", "good"),
        OrderStatus::PartiallyRefunded => ("Partly refunded", ""),
        OrderStatus::Refunded => ("Refunded", ""),
        OrderStatus::Disputed => ("Disputed", "bad"),
        OrderStatus::ChargedBack => ("Charged back", "bad"),
        OrderStatus::Failed => ("Failed", "bad"),
        OrderStatus::Expired => ("Lapsed", ""),
        OrderStatus::Cancelled => ("Cancelled", ""),
        OrderStatus::NeedsReview => ("Needs review", "bad"),
    }
}

/// Where a dispute is, and the class of its badge.
#[must_use]
pub const fn dispute(state: DisputeState) -> (&'static str, &'static str) {
    match state {
        DisputeState::Inquiry => ("the bank asks", "wait"),
        DisputeState::InquiryClosed => ("the bank is content", "good"),
        DisputeState::Open => ("open", "bad"),
        DisputeState::Won => ("won", "good"),
        DisputeState::Lost => ("lost", "bad"),
        DisputeState::Unclear => ("not understood", "bad"),
    }
}

/// What a finding is called.
#[must_use]
pub const fn finding(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Mismatch => "The payment doesn’t fit the order",
        FindingKind::PaidTwice => "Paid twice",
        FindingKind::RefundFailed => "A refund didn’t work",
        FindingKind::RefundUnassigned => "A refund without books",
        FindingKind::Inquiry => "The buyer’s bank asks",
        FindingKind::Disputed => "The payment is disputed",
        FindingKind::DisputeLost => "A dispute was lost",
        FindingKind::Unclear => "The gateway isn’t understood",
        FindingKind::PaymentUnknown => "Money without an order",
        FindingKind::PaymentMissing => "An order without its money",
        FindingKind::RefundDiffers => "Refunds differ",
        FindingKind::DisputeDiffers => "Disputes differ",
        FindingKind::ReceiptMissing => "A receipt is missing",
        FindingKind::Stuck => "An order is stuck",
        FindingKind::Withdrawal => "A buyer withdrew from the contract",
    }
}
