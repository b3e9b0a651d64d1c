//! Where an order is in its life, and the moves that are possible.

use crate::db::text_enum;

text_enum! {
    /// Where an order is in its life.
    pub enum OrderStatus {
        /// Placed, not paid.
        Pending = "pending",
        /// The gateway has the buyer's word, not yet the money.
        Processing = "processing",
        /// The money is there.
        Paid = "paid",
        /// Part of the money went back; the items it was for are closed.
        PartiallyRefunded = "partially_refunded",
        /// All of the money went back.
        Refunded = "refunded",
        /// The buyer's bank asks for the money back; access is closed meanwhile.
        Disputed = "disputed",
        /// The dispute was lost.
        ChargedBack = "charged_back",
        /// The payment failed.
        Failed = "failed",
        /// Nobody paid in time.
        Expired = "expired",
        /// The buyer gave up.
        Cancelled = "cancelled",
        /// The gateway's facts do not fit the order: no access until an admin has looked.
        NeedsReview = "needs_review",
    }
}

/// A move that an order cannot make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an order that is {from} can't {event}")]
pub struct InvalidTransition {
    /// Where the order is.
    pub from: OrderStatus,
    /// What was asked of it.
    pub event: &'static str,
}

impl OrderStatus {
    /// The statuses in which a buyer may read what is not refunded.
    pub const ENTITLING: [Self; 2] = [Self::Paid, Self::PartiallyRefunded];

    /// The gateway confirmed the money. A paid order stays paid, since events arrive twice and in any order; money that
    /// comes after our own clock gave up still counts.
    ///
    /// # Errors
    /// When money is the wrong news: after a refund, a dispute, or while an admin is asked.
    pub fn pay(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending
            | Self::Processing
            | Self::Failed
            | Self::Expired
            | Self::Cancelled
            | Self::Paid => Ok(Self::Paid),
            from => Err(InvalidTransition { from, event: "be paid" }),
        }
    }

    /// The buyer chose a method that settles later.
    ///
    /// # Errors
    /// When the order is settled already, one way or the other.
    pub fn process(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending | Self::Expired | Self::Failed | Self::Processing => Ok(Self::Processing),
            from => Err(InvalidTransition { from, event: "wait for its payment" }),
        }
    }

    /// The payment failed for good.
    ///
    /// # Errors
    /// When the order is paid already.
    pub fn fail(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending | Self::Processing | Self::Failed => Ok(Self::Failed),
            from => Err(InvalidTransition { from, event: "fail" }),
        }
    }

    /// Nobody paid in time. Never from paid.
    ///
    /// # Errors
    /// When there is or may be money.
    pub fn expire(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending | Self::Expired => Ok(Self::Expired),
            from => Err(InvalidTransition { from, event: "expire" }),
        }
    }

    /// The buyer gave up before paying.
    ///
    /// # Errors
    /// When there is or may be money.
    pub fn cancel(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending | Self::Failed | Self::Cancelled => Ok(Self::Cancelled),
            from => Err(InvalidTransition { from, event: "be cancelled" }),
        }
    }

    /// Money went back: all of it, or the part for some items.
    ///
    /// # Errors
    /// When there was no money.
    pub fn refund(self, all: bool) -> Result<Self, InvalidTransition> {
        match self {
            Self::Paid | Self::PartiallyRefunded | Self::Refunded if all => Ok(Self::Refunded),
            Self::Paid | Self::PartiallyRefunded => Ok(Self::PartiallyRefunded),
            from => Err(InvalidTransition { from, event: "be refunded" }),
        }
    }

    /// The gateway's facts do not fit the order.
    #[must_use]
    pub const fn review(self) -> Self {
        Self::NeedsReview
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::*;

    #[test]
    fn an_order_is_paid_once_and_stays_paid() {
        for from in [Pending, Processing, Failed, Expired, Cancelled, Paid] {
            assert_eq!(from.pay(), Ok(Paid));
        }
        for from in [Refunded, PartiallyRefunded, Disputed, ChargedBack, NeedsReview] {
            assert!(from.pay().is_err(), "{from}");
        }
    }

    #[test]
    fn a_paid_order_never_expires_fails_or_is_cancelled() {
        for from in [Paid, PartiallyRefunded, Refunded, Disputed, ChargedBack] {
            assert!(from.expire().is_err() && from.fail().is_err() && from.cancel().is_err(), "{from}");
        }
    }

    #[test]
    fn only_money_that_came_can_go_back() {
        assert_eq!(Paid.refund(true), Ok(Refunded));
        assert_eq!(Paid.refund(false), Ok(PartiallyRefunded));
        assert_eq!(PartiallyRefunded.refund(true), Ok(Refunded));
        for from in [Pending, Processing, Failed, Expired, Cancelled] {
            assert!(from.refund(true).is_err() && from.refund(false).is_err(), "{from}");
        }
    }
}
