//! How the visitor to the pay page lets the payment end.

use rocket::form::{FromForm, FromFormField};

use super::super::DisputeState;
use super::{Afterwards, Outcome};
use crate::money::Currency;

/// The buttons of the pay page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromFormField)]
pub enum Choice {
    /// Pay.
    Pay,
    /// Pay by a method that settles later.
    Later,
    /// Choose a method that settles later, and not have the money.
    #[field(value = "fail_later")]
    FailLater,
    /// Have the payment refused.
    Decline,
    /// Go back without paying.
    Abandon,
}

impl Choice {
    /// How the payment ends, if it does.
    #[must_use]
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Pay => Some(Outcome::Pay),
            Self::Later => Some(Outcome::Later),
            Self::FailLater => Some(Outcome::FailLater),
            Self::Decline => Some(Outcome::Decline),
            Self::Abandon => None,
        }
    }
}

/// The pay page's form.
#[derive(Debug, FromForm)]
pub struct PayForm {
    /// Which button.
    pub outcome: Choice,
}

/// The buttons of the dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromFormField)]
pub enum Step {
    /// Give all that is left back.
    Refund,
    /// Give the amount back that was typed.
    #[field(value = "refund_part")]
    RefundPart,
    /// Let a refund fail.
    #[field(value = "fail_refund")]
    FailRefund,
    /// The bank asks.
    Inquiry,
    /// The bank asked, and is content.
    #[field(value = "inquiry_closed")]
    InquiryClosed,
    /// The bank takes the money until it has decided.
    Open,
    /// It decides for the shop.
    Won,
    /// It decides for the buyer.
    Lost,
}

/// The dashboard's form.
#[derive(Debug, FromForm)]
pub struct DashboardForm<'r> {
    /// Which button.
    pub step: Step,
    /// How much, as it was typed.
    #[field(default = "")]
    pub amount: &'r str,
    /// Which refund.
    #[field(default = "")]
    pub refund: &'r str,
}

impl DashboardForm<'_> {
    /// What is to be done with a payment in this currency.
    ///
    /// # Errors
    /// A sentence for the amount's field when it is none.
    pub fn wish(&self, currency: &str) -> Result<Afterwards, &'static str> {
        Ok(match self.step {
            Step::Refund => Afterwards::Refund(None),
            Step::RefundPart => {
                let minor = minor_units(self.amount, currency).filter(|minor| *minor > 0);
                Afterwards::Refund(Some(minor.ok_or("Please type an amount, like 2.50.")?))
            }
            Step::FailRefund => Afterwards::FailRefund(self.refund.to_owned()),
            Step::Inquiry => Afterwards::Dispute(DisputeState::Inquiry),
            Step::InquiryClosed => Afterwards::Dispute(DisputeState::InquiryClosed),
            Step::Open => Afterwards::Dispute(DisputeState::Open),
            Step::Won => Afterwards::Dispute(DisputeState::Won),
            Step::Lost => Afterwards::Dispute(DisputeState::Lost),
        })
    }
}

/// What was typed in minor units: digits, and after a point or a comma as many as the currency has, or fewer.
fn minor_units(typed: &str, currency: &str) -> Option<i64> {
    let decimals = usize::try_from(currency.parse::<Currency>().ok()?.decimals()).ok()?;
    let typed = typed.trim().replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(part) || part.len() > decimals {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_units;

    #[test]
    fn an_amount_is_read_in_the_currencys_own_units() {
        assert_eq!(minor_units("2.50", "EUR"), Some(250));
        assert_eq!(minor_units(" 2,5 ", "EUR"), Some(250));
        assert_eq!(minor_units("2", "EUR"), Some(200));
        assert_eq!(minor_units("500", "JPY"), Some(500));
        assert_eq!(minor_units("1.234", "KWD"), Some(1234));
        for wrong in ["", ".", "2.505", "-1", "two", "1e3", "2.5.0", "99999999999999999999"] {
            assert_eq!(minor_units(wrong, "EUR"), None, "{wrong}");
        }
        assert_eq!(minor_units("1.5", "JPY"), None);
    }
}
