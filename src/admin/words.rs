//! What the back office calls things.

use crate::accounts::Role;
use crate::orders::{FindingKind, OrderId, OrderStatus};
use crate::payments::DisputeState;
use crate::permission::{Denial, Reason, Rule};

/// What an account may do, in a word.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Customer => "Customer",
        Role::Publisher => "Publisher",
        Role::Admin => "Admin",
    }
}

/// The same, in a sentence.
#[must_use]
pub const fn role_with_article(role: Role) -> &'static str {
    match role {
        Role::Customer => "a customer",
        Role::Publisher => "a publisher",
        Role::Admin => "an admin",
    }
}

/// `text` as a part of an address's query.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A question of the gate.
#[must_use]
pub const fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Sample => "Is it a sample of a book that is out?",
        Rule::Free => "Is the book free and out?",
        Rule::Block => "Does an admin keep the account out?",
        Rule::Admin => "Is it an admin who asks?",
        Rule::Publisher => "Is it the book’s own publisher?",
        Rule::Override => "Has an admin said yes or no for this person and book?",
        Rule::Edition => "Is the edition still in preparation?",
        Rule::Purchase => "Is it in an order of theirs that counts?",
    }
}

/// Why someone may read.
#[must_use]
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Sample => "It is a sample, and anyone may have it.",
        Reason::Free => "It is free, and anyone may have it.",
        Reason::Publisher => "They publish it.",
        Reason::Admin => "Admins may read everything.",
        Reason::Override => "An admin gave it to them.",
        Reason::Bought(_) => "They bought it.",
        Reason::Given(_) => "It was given to them.",
    }
}

/// Why someone may not read.
#[must_use]
pub const fn denial(denial: Denial) -> &'static str {
    match denial {
        Denial::NotSignedIn => "They have no account and no link to an order.",
        Denial::NotBought => "They did not buy it.",
        Denial::PaymentPending => "It was ordered, and the money is not there.",
        Denial::Refunded => "The money for it went back.",
        Denial::Disputed => "The buyer’s bank asks, or asked, for the money back.",
        Denial::GivenAway => "They bought it as a gift: it is the recipient’s.",
        Denial::Revoked => "An admin closed it to them.",
        Denial::Blocked => "An admin keeps the account out.",
        Denial::Unpublished => "It is not out, or no longer for sale and was not bought.",
    }
}

/// The gate's answer in a sentence.
#[must_use]
pub const fn verdict(answer: Result<Reason, Denial>) -> &'static str {
    match answer {
        Ok(why) => reason(why),
        Err(why) => denial(why),
    }
}

/// What the ledger keeps of an answer, in a sentence; a word that this version does not know stays as it is.
#[must_use]
pub fn ledger(word: &str) -> &str {
    let yes = [
        Reason::Sample,
        Reason::Free,
        Reason::Publisher,
        Reason::Admin,
        Reason::Override,
        Reason::Bought(OrderId(0)),
        Reason::Given(OrderId(0)),
    ];
    let yes = yes.into_iter().find(|known| known.as_str() == word).map(reason);
    yes.or_else(|| word.parse().ok().map(denial)).unwrap_or(word)
}

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
