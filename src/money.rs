//! Money: whole minor units of one currency, never a float.

use std::fmt;

/// An ISO 4217 currency that the shop can price in, with its number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    decimals: u32,
    /// The sign before or after the amount, or empty where the code itself is shown.
    sign: &'static str,
}

/// Code, decimals (ISO 4217's exponent) and sign.
const CURRENCIES: &[Currency] = &[
    Currency { code: "AUD", decimals: 2, sign: "A$" },
    Currency { code: "BRL", decimals: 2, sign: "R$" },
    Currency { code: "CAD", decimals: 2, sign: "CA$" },
    Currency { code: "CHF", decimals: 2, sign: "" },
    Currency { code: "CZK", decimals: 2, sign: "" },
    Currency { code: "DKK", decimals: 2, sign: "" },
    Currency { code: "EUR", decimals: 2, sign: "€" },
    Currency { code: "GBP", decimals: 2, sign: "£" },
    Currency { code: "HUF", decimals: 2, sign: "" },
    Currency { code: "INR", decimals: 2, sign: "₹" },
    Currency { code: "JPY", decimals: 0, sign: "¥" },
    Currency { code: "KRW", decimals: 0, sign: "₩" },
    Currency { code: "KWD", decimals: 3, sign: "" },
    Currency { code: "MXN", decimals: 2, sign: "MX$" },
    Currency { code: "NOK", decimals: 2, sign: "" },
    Currency { code: "NZD", decimals: 2, sign: "NZ$" },
    Currency { code: "PLN", decimals: 2, sign: "" },
    Currency { code: "SEK", decimals: 2, sign: "" },
    Currency { code: "USD", decimals: 2, sign: "$" },
];

/// A currency code that the shop does not know.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a currency that Bookplate knows")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self { code: "EUR", decimals: 2, sign: "€" };

    /// The three-letter code, in upper case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many decimals an amount has (ISO 4217's exponent).
    #[must_use]
    pub const fn decimals(self) -> u32 {
        self.decimals
    }
}

impl std::str::FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        let known = CURRENCIES.iter().find(|currency| currency.code.eq_ignore_ascii_case(code));
        known.copied().ok_or_else(|| UnknownCurrency(code.to_owned()))
    }
}

/// An amount in the currency's minor unit (cents for EUR, whole yen for JPY; ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// How many minor units; negative only for what goes back.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// A sum that is too large, or that mixes currencies: never silently wrong.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("These amounts can't be added up.")]
pub struct SumError;

impl Money {
    /// `minor` units of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether this is no money at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// This and `other` together.
    ///
    /// # Errors
    /// When the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, SumError> {
        if self.currency != other.currency {
            return Err(SumError);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(SumError)?;
        Ok(Self::new(minor, self.currency))
    }
}

impl fmt::Display for Money {
    /// For people: `€4.99`, `¥1,200`, `CHF 12.50`, `KWD 1.250`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(self.currency.decimals);
        let absolute = self.minor.unsigned_abs();
        let (whole, part) = (absolute / unit, absolute % unit);
        if self.minor < 0 {
            f.write_str("−")?;
        }
        match self.currency.sign {
            "" => write!(f, "{}\u{a0}{}", self.currency.code, grouped(whole))?,
            sign => write!(f, "{sign}{}", grouped(whole))?,
        }
        match self.currency.decimals {
            0 => Ok(()),
            decimals => write!(f, ".{part:0width$}", width = decimals as usize),
        }
    }
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shown_with_the_decimals_of_its_currency() {
        for (minor, code, shown) in [
            (499, "EUR", "€4.99"),
            (5, "EUR", "€0.05"),
            (-499, "EUR", "−€4.99"),
            (1200, "JPY", "¥1,200"),
            (1250, "KWD", "KWD\u{a0}1.250"),
            (123_456_789, "USD", "$1,234,567.89"),
            (i64::MIN, "JPY", "−¥9,223,372,036,854,775,808"),
        ] {
            assert_eq!(Money::new(minor, code.parse().unwrap()).to_string(), shown);
        }
    }

    #[test]
    fn amounts_of_two_currencies_are_never_added() {
        let yen = "JPY".parse().unwrap();
        assert_eq!(Money::new(1, Currency::EUR).checked_add(Money::new(1, yen)), Err(SumError));
        assert_eq!(Money::new(i64::MAX, yen).checked_add(Money::new(1, yen)), Err(SumError));
    }
}
