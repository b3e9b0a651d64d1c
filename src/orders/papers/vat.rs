//! The figures of tax: how much of an amount it is, rounded once and to the minor unit.

use crate::config::{Seller, Tax, TaxKind};
use crate::country;

/// The tax within `gross` at a rate in hundredths of a percent, rounded half up to the minor unit.
#[must_use]
pub fn within(gross: i64, rate: i64) -> i64 {
    share(gross, rate, 10_000 + rate)
}

/// `amount * part / whole`, rounded half up; 0 when there is no whole. For amounts that are not negative.
#[must_use]
pub fn share(amount: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (amount, part, whole) = (i128::from(amount), i128::from(part), i128::from(whole));
    let rounded = (amount * part * 2 + whole).div_euclid(whole * 2);
    i64::try_from(rounded).unwrap_or_default()
}

/// The rate that a buyer's country has, in hundredths of a percent, where prices include their tax: the table's; for a
/// country of the EU that is not in it the one at home, as for small cross-border sales (directive 2006/112/EC, article
/// 59c); none for all others.
#[must_use]
pub fn rate_of(tax: &Tax, seller: &Seller, country: &str) -> Option<i64> {
    if tax.mode != TaxKind::Included {
        return None;
    }
    let home = tax.home(seller);
    tax.rate(country).or_else(|| {
        let like_home = country::is_in_eu(country) && country::is_in_eu(home);
        like_home.then(|| tax.rate(home)).flatten()
    })
}

/// The rate of the table that gives exactly this tax, for papers about tax that somebody else worked out.
#[must_use]
pub fn rate_that_fits(tax: &Tax, country: &str, gross: i64, tax_minor: i64) -> Option<i64> {
    tax.rate(country).filter(|rate| within(gross, *rate) == tax_minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_rounded_half_up_once() {
        // By hand: 17.49 * 7 / 107 = 1.1442…; 19 / 119 = 2.7925…; 5.5 / 105.5 = 0.9118….
        for (gross, rate, tax) in [
            (1749, 700, 114),
            (1749, 1900, 279),
            (1749, 550, 91),
            (1200, 1000, 109),
            (1250, 0, 0),
            (12_500, 500, 595),
            (0, 700, 0),
            // Exactly half: 21 * 5 / 105 = 1, 42 * 5 / 105 = 2; 11 * 1000 / 11000 = 1; 5 * 10 / 110 = 0.4545….
            (21, 500, 1),
            (5, 1000, 0),
            (i64::MAX, 10_000, 4_611_686_018_427_387_904),
        ] {
            assert_eq!(within(gross, rate), tax, "{gross} at {rate}");
        }
    }

    #[test]
    fn shares_of_parts_come_to_the_whole_when_each_is_taken_from_the_sum_so_far() {
        let (gross, tax) = (1497, 98);
        let parts = [499, 499, 499];
        let (mut so_far, mut shared) = (0, 0);
        for part in parts {
            let before = share(so_far, tax, gross);
            so_far += part;
            shared += share(so_far, tax, gross) - before;
        }
        assert_eq!(shared, tax);
    }
}
