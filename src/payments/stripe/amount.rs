//! Amounts as Stripe wants them.
//!
//! Stripe counts in the currency's smallest unit as ISO 4217 has it, with a few exceptions (docs.stripe.com/currencies).
//! Of the currencies that the shop knows, only one is concerned: with three decimals (KWD) the last must be 0. Those that
//! Stripe counts otherwise (ISK, UGX) are not among them, and HUF and TWD are whole only in payouts.

use super::super::GatewayError;
use crate::money::{Currency, Money};

/// What Stripe is to be told for `minor` units of `currency`.
pub(super) fn to_stripe(minor: i64, currency: Currency) -> Result<i64, GatewayError> {
    if minor < 0 {
        return Err(GatewayError::Refused(format!("{minor} is no amount to be paid")));
    }
    if minor % super::super::minimum::step(currency) != 0 {
        let amount = Money::new(minor, currency);
        return Err(GatewayError::Refused(format!("{amount} can't be charged: the last decimal must be 0")));
    }
    Ok(minor)
}

/// Stripe's name of a currency.
pub(super) fn currency(currency: Currency) -> stripe_types::Currency {
    let code = currency.code().to_ascii_lowercase();
    code.parse().unwrap_or(stripe_types::Currency::Unknown(code))
}

/// The ISO 4217 code of a currency of Stripe's, in upper case.
pub(super) fn code(currency: &stripe_types::Currency) -> String {
    currency.to_string().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yen_cents_and_thousandths_are_counted_as_stripe_counts_them() {
        for (minor, code, expected) in
            [(1200, "JPY", 1200), (499, "EUR", 499), (1250, "KWD", 1250), (0, "EUR", 0)]
        {
            assert_eq!(to_stripe(minor, code.parse().unwrap()).unwrap(), expected, "{code}");
        }
        assert!(to_stripe(1255, "KWD".parse().unwrap()).unwrap_err().to_string().contains("must be 0"));
        assert!(to_stripe(-1, Currency::EUR).is_err());
    }

    #[test]
    fn every_currency_goes_over_the_wire_by_its_code_and_comes_back() {
        // The crate has no name of its own for KWD, which Stripe takes.
        for (name, has_name) in [("EUR", true), ("JPY", true), ("CZK", true), ("INR", true), ("KWD", false)] {
            let known = currency(name.parse().unwrap());
            assert_eq!(!matches!(known, stripe_types::Currency::Unknown(_)), has_name, "{name}");
            assert_eq!(known.to_string(), name.to_ascii_lowercase());
            assert_eq!(code(&known), name);
        }
    }
}
