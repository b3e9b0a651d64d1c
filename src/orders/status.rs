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

    /// The order costs nothing: it is paid as it is placed.
    ///
    /// # Errors
    /// When it was placed before.
    pub fn pay(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending => Ok(Self::Paid),
            from => Err(InvalidTransition { from, event: "be paid without money" }),
        }
    }

    /// The gateway's facts say that the order belongs there: see [`super::standing`]. What they say of money counts
    /// from anywhere; that there is none counts only while there was none.
    ///
    /// # Errors
    /// When the order would lose money that came, or be opened again after it was given up.
    pub fn follow(self, to: Self) -> Result<Self, InvalidTransition> {
        use OrderStatus::*;
        let is_possible = match to {
            Paid | PartiallyRefunded | Refunded | Disputed | ChargedBack | NeedsReview => true,
            Processing => {
                matches!(self, Pending | Processing | Failed | Expired | Cancelled | NeedsReview)
            }
            Failed => matches!(self, Pending | Processing | Failed | NeedsReview),
            Expired => matches!(self, Pending | Processing | Failed | Expired | NeedsReview),
            Pending => matches!(self, Pending | Processing | NeedsReview),
            Cancelled => self == Cancelled,
        };
        if is_possible {
            Ok(to)
        } else {
            Err(InvalidTransition { from: self, event: "go where its money is not" })
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

    /// The buyer gave up before paying. That its page at the gateway was closed for it, and the order lapsed by that, is
    /// no other end.
    ///
    /// # Errors
    /// When there is or may be money.
    pub fn cancel(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending | Self::Failed | Self::Expired | Self::Cancelled => Ok(Self::Cancelled),
            from => Err(InvalidTransition { from, event: "be cancelled" }),
        }
    }

    /// Whether money can go back.
    ///
    /// # Errors
    /// When there was none, or when it is under dispute: then the bank decides.
    pub fn refund(self) -> Result<(), InvalidTransition> {
        match self {
            Self::Paid | Self::PartiallyRefunded | Self::Refunded | Self::NeedsReview => Ok(()),
            from => Err(InvalidTransition { from, event: "be refunded" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::*;

    #[test]
    fn money_counts_from_anywhere() {
        for &from in super::OrderStatus::ALL {
            for to in [Paid, PartiallyRefunded, Refunded, Disputed, ChargedBack, NeedsReview] {
                assert_eq!(from.follow(to), Ok(to), "{from}");
            }
        }
    }

    #[test]
    fn a_paid_order_never_expires_fails_or_is_cancelled() {
        for from in [Paid, PartiallyRefunded, Refunded, Disputed, ChargedBack] {
            assert!(from.expire().is_err() && from.cancel().is_err(), "{from}");
            for to in [Pending, Processing, Failed, Expired, Cancelled] {
                assert!(from.follow(to).is_err(), "{from} {to}");
            }
        }
    }

    #[test]
    fn only_an_order_that_waits_is_paid_without_money() {
        for &from in super::OrderStatus::ALL {
            assert_eq!(from.pay().is_ok(), from == Pending, "{from}");
        }
    }

    #[test]
    fn only_money_that_came_can_go_back() {
        for from in [Paid, PartiallyRefunded, Refunded, NeedsReview] {
            assert!(from.refund().is_ok(), "{from}");
        }
        for from in [Pending, Processing, Failed, Expired, Cancelled, Disputed, ChargedBack] {
            assert!(from.refund().is_err(), "{from}");
        }
    }
}
