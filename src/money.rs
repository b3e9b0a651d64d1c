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

    /// The smallest step of a price, in minor units. Cards are charged in hundredths at the finest, so that an amount
    /// with three decimals ends in a zero.
    #[must_use]
    pub const fn step(self) -> i64 {
        if self.decimals > 2 { 10 } else { 1 }
    }
}

/// Why a text is no amount of money. The sentences are for whoever typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("Please type an amount, for example {example}.")]
    Empty {
        /// An amount as it may be written.
        example: String,
    },
    /// It is not a number of this currency.
    #[error("This isn’t an amount in {currency}; one looks like {example}.")]
    NotAnAmount {
        /// The currency's code.
        currency: &'static str,
        /// An amount as it may be written.
        example: String,
    },
    /// It has more decimals than the currency.
    #[error("This amount is too fine for {currency}; one looks like {example}.")]
    TooFine {
        /// The currency's code.
        currency: &'static str,
        /// An amount as it may be written.
        example: String,
    },
    /// It is beyond what a price may be.
    #[error("This amount is too large.")]
    TooLarge,
}

/// The most that one price may be, in minor units: card networks take at most eight digits.
pub const LARGEST: i64 = 99_999_999;

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

    /// The amount that someone typed: `4.99`, `4,99`, `5`, `€4.99`, `4.99 EUR`. Thousands are written without a sign
    /// between them.
    ///
    /// # Errors
    /// When it is empty, no amount, finer than the currency, or larger than [`LARGEST`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let example = || {
            let unit = 10_i64.pow(currency.decimals);
            Self::new(5 * unit - if currency.decimals == 0 { 0 } else { currency.step() }, currency).plain()
        };
        let not = || AmountError::NotAnAmount { currency: currency.code, example: example() };
        let is_space = |sign: char| sign.is_whitespace() || sign == '\u{a0}';
        let bare: String = text.chars().filter(|sign| !is_space(*sign)).collect();
        let bare = bare.strip_prefix(currency.sign).unwrap_or(&bare);
        let bare = bare.strip_suffix(currency.sign).unwrap_or(bare);
        let upper = bare.to_ascii_uppercase();
        let upper = upper.strip_prefix(currency.code).unwrap_or(&upper);
        let bare = upper.strip_suffix(currency.code).unwrap_or(upper);
        if bare.is_empty() {
            return Err(AmountError::Empty { example: example() });
        }
        let (whole, part) = bare.split_once(['.', ',']).unwrap_or((bare, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err(not());
        }
        let decimals = currency.decimals as usize;
        let fine = part.trim_end_matches('0');
        if fine.len() > decimals {
            return Err(AmountError::TooFine { currency: currency.code, example: example() });
        }
        // `1,200` in a currency with two decimals is a thousand and two hundred to one reader and a bit more than one
        // to another: neither is guessed.
        if part.len() > decimals && bare.contains(['.', ',']) {
            return Err(not());
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 10 {
            return Err(AmountError::TooLarge);
        }
        let text = format!("{whole}{fine:0<decimals$}");
        let minor: i64 = if text.is_empty() { 0 } else { text.parse().map_err(|_| AmountError::TooLarge)? };
        if minor > LARGEST {
            return Err(AmountError::TooLarge);
        }
        if minor % currency.step() != 0 {
            return Err(AmountError::TooFine { currency: currency.code, example: example() });
        }
        Ok(Self::new(minor, currency))
    }

    /// The amount as it stands in a field, without the currency: `4.99`, `1200`, `1.250`. Never negative.
    #[must_use]
    pub fn plain(self) -> String {
        let unit = 10_u64.pow(self.currency.decimals);
        let absolute = self.minor.unsigned_abs();
        match self.currency.decimals {
            0 => absolute.to_string(),
            decimals => format!("{}.{:0width$}", absolute / unit, absolute % unit, width = decimals as usize),
        }
    }

    /// Whether this is no money at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// This without `other`; negative when `other` is more.
    ///
    /// # Errors
    /// When the currencies differ or the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, SumError> {
        if self.currency != other.currency {
            return Err(SumError);
        }
        let minor = self.minor.checked_sub(other.minor).ok_or(SumError)?;
        Ok(Self::new(minor, self.currency))
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

/// `minor` units of the currency with this code, for people; in bare minor units where the shop does not know it.
#[must_use]
pub fn shown(minor: i64, currency: &str) -> String {
    match currency.parse() {
        Ok(currency) => Money::new(minor, currency).to_string(),
        Err(UnknownCurrency(code)) => format!("{minor} {code}"),
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
    fn an_amount_is_read_as_people_write_it() {
        for (text, code, minor) in [
            ("4.99", "EUR", 499),
            ("4,99", "EUR", 499),
            (" € 4,9 ", "EUR", 490),
            ("5", "EUR", 500),
            ("5.00 eur", "EUR", 500),
            ("0", "EUR", 0),
            ("0.05", "EUR", 5),
            ("007.50", "EUR", 750),
            ("1200", "JPY", 1200),
            ("¥1200", "JPY", 1200),
            ("1.250", "KWD", 1250),
            ("KWD 1,25", "KWD", 1250),
            ("999999.99", "EUR", 99_999_999),
        ] {
            let currency = code.parse().unwrap();
            assert_eq!(Money::parse(text, currency), Ok(Money::new(minor, currency)), "{text}");
        }
        for (text, code) in [
            ("", "EUR"),
            ("  ", "EUR"),
            ("free", "EUR"),
            ("-1", "EUR"),
            ("4.999", "EUR"),
            ("1,200", "EUR"),
            ("1,234.50", "EUR"),
            ("4.", "EUR"),
            (".5", "EUR"),
            ("4.99 USD", "EUR"),
            ("1e3", "EUR"),
            ("٤", "EUR"),
            ("1200.5", "JPY"),
            ("1,200", "JPY"),
            ("1.255", "KWD"),
            ("1000000.00", "EUR"),
            ("99999999999999999999", "EUR"),
        ] {
            assert!(Money::parse(text, code.parse().unwrap()).is_err(), "{text}");
        }
        assert_eq!(
            Money::parse("x", Currency::EUR).unwrap_err().to_string(),
            "This isn’t an amount in EUR; one looks like 4.99."
        );
    }

    #[test]
    fn an_amount_in_a_currency_that_is_not_known_is_shown_in_minor_units() {
        assert_eq!(shown(499, "EUR"), "€4.99");
        assert_eq!(shown(499, "XTS"), "499 XTS");
    }

    #[test]
    fn amounts_of_two_currencies_are_never_added() {
        let yen = "JPY".parse().unwrap();
        assert_eq!(Money::new(1, Currency::EUR).checked_add(Money::new(1, yen)), Err(SumError));
        assert_eq!(Money::new(i64::MAX, yen).checked_add(Money::new(1, yen)), Err(SumError));
    }
}
