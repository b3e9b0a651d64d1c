//! The least and the most that card gateways take, as Stripe states it (docs.stripe.com/currencies).

use crate::money::Currency;

/// The least amount that can be paid in `currency`, in its minor unit.
pub(super) fn minimum(currency: Currency) -> i64 {
    match currency.code() {
        "GBP" => 30,
        "CZK" => 1500,
        "DKK" => 250,
        "HUF" => 17_500,
        "MXN" => 1000,
        "NOK" | "SEK" => 300,
        "PLN" => 200,
        // Not in the list: there it is what half a dollar is worth, so these are well above.
        "KRW" => 1000,
        "KWD" => 200,
        _ => 50,
    }
}

/// The most that can be paid at once, in the minor unit of any currency: eight digits.
pub(super) const MAXIMUM: i64 = 99_999_999;

/// What every amount in `currency` is a multiple of, in its minor unit: with three decimals the last is always 0.
pub(super) fn step(currency: Currency) -> i64 {
    currency.step()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_amount_is_in_the_minor_unit_of_its_currency() {
        let of = |code: &str| minimum(code.parse().unwrap());
        assert_eq!((of("EUR"), of("USD"), of("GBP"), of("JPY"), of("HUF")), (50, 50, 30, 50, 17_500));
    }

    #[test]
    fn dinars_are_charged_in_hundredths() {
        assert_eq!(
            (step("KWD".parse().unwrap()), step(Currency::EUR), step("JPY".parse().unwrap())),
            (10, 1, 1)
        );
    }
}
