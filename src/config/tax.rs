//! `[default.bookplate.tax]`: VAT on the books, and what invoices say of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Seller, SettingsError};
use crate::country;

/// Who works out the tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxKind {
    /// Nobody: the shop charges none, and `note` says why.
    None,
    /// The shop: prices include the tax of the buyer's country, by `rates`.
    Included,
    /// Stripe Tax; prices include it.
    StripeInclusive,
    /// Stripe Tax; it is put on top of the prices.
    StripeExclusive,
}

impl TaxKind {
    /// The spelling in `Rocket.toml`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Included => "included",
            Self::StripeInclusive => "stripe_inclusive",
            Self::StripeExclusive => "stripe_exclusive",
        }
    }
}

/// VAT on the books, and what invoices say of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tax {
    /// Who works it out.
    pub mode: TaxKind,
    /// Percent on ebooks, by the buyer's country (ISO 3166-1 alpha-2, in upper case): at most two decimals.
    pub rates: BTreeMap<String, f64>,
    /// The country that the checkout page offers first; the seller's where it is empty.
    pub default_country: String,
    /// A sentence for invoices without VAT: small businesses, for example.
    pub note: String,
    /// Whether invoices to companies of other EU countries say "reverse charge" where Stripe Tax took no VAT.
    pub reverse_charge: bool,
}

impl Default for Tax {
    fn default() -> Self {
        Self {
            mode: TaxKind::None,
            rates: BTreeMap::new(),
            default_country: String::new(),
            note: String::new(),
            reverse_charge: false,
        }
    }
}

impl Tax {
    /// # Errors
    /// When a rate is none, a country is none, or a tax invoice would lack its seller.
    pub(super) fn validate(&self, seller: &Seller) -> Result<(), SettingsError> {
        for (code, percent) in &self.rates {
            if country::name(code).is_none() {
                let right = "named by the two letters of a country in upper case, for example { DE = 7.0 }";
                return Err(SettingsError::new("tax.rates", code, right));
            }
            if basis_points(*percent).is_none() {
                let right = "from 0 to 100 percent, with at most two decimals";
                return Err(SettingsError::new(&format!("tax.rates.{code}"), &percent.to_string(), right));
            }
        }
        let home = &self.default_country;
        if !home.is_empty() && country::name(home).is_none() {
            let right = "the two letters of a country in upper case, for example \"DE\"";
            return Err(SettingsError::new("tax.default_country", home, right));
        }
        if self.note.chars().any(char::is_control) {
            return Err(SettingsError::new("tax.note", &self.note, "one line"));
        }
        if self.mode == TaxKind::None {
            return Ok(());
        }
        let because = format!("since tax.mode = {:?} makes tax invoices", self.mode.as_str());
        if seller.name.trim().is_empty() {
            return Err(SettingsError::new(
                "seller.name",
                "",
                &format!("the seller’s legal name, {because}"),
            ));
        }
        if seller.address.iter().all(|line| line.trim().is_empty()) {
            return Err(SettingsError::new(
                "seller.address",
                "",
                &format!("the seller’s address, {because}"),
            ));
        }
        if seller.country.is_empty() {
            return Err(SettingsError::new(
                "seller.country",
                "",
                &format!("the seller’s country, {because}"),
            ));
        }
        if self.mode == TaxKind::Included && self.rate(self.home(seller)).is_none() {
            let right = "a table with the rate of the default country, for example { DE = 7.0 }";
            return Err(SettingsError::new("tax.rates", self.home(seller), right));
        }
        Ok(())
    }

    /// The country that is taken where the buyer's is not known.
    #[must_use]
    pub fn home<'a>(&'a self, seller: &'a Seller) -> &'a str {
        if self.default_country.is_empty() { &seller.country } else { &self.default_country }
    }

    /// The rate of a country in hundredths of a percent, if it is in the table.
    #[must_use]
    pub fn rate(&self, country: &str) -> Option<i64> {
        self.rates.get(country).copied().and_then(basis_points)
    }
}

/// Percent with at most two decimals as hundredths of a percent: `5.5` is 550.
fn basis_points(percent: f64) -> Option<i64> {
    let hundredths = percent * 100.0;
    let whole = hundredths.round();
    let fits = (0.0..=10_000.0).contains(&whole) && (hundredths - whole).abs() < 1e-6;
    fits.then_some(whole as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seller() -> Seller {
        Seller {
            name: "Sea Books".into(),
            address: vec!["Quay 1".into()],
            country: "DE".into(),
            ..Seller::default()
        }
    }

    fn included(rates: &[(&str, f64)]) -> Tax {
        let rates = rates.iter().map(|(code, percent)| ((*code).to_owned(), *percent)).collect();
        Tax { mode: TaxKind::Included, rates, ..Tax::default() }
    }

    #[test]
    fn a_rate_is_a_percentage_with_two_decimals() {
        let tax = included(&[("DE", 7.0), ("FR", 5.5), ("LU", 3.0)]);
        assert_eq!(tax.validate(&seller()), Ok(()));
        assert_eq!((tax.rate("DE"), tax.rate("FR"), tax.rate("IT")), (Some(700), Some(550), None));
        for wrong in [-1.0, 100.01, 5.555, f64::NAN, f64::INFINITY] {
            assert!(included(&[("DE", wrong)]).validate(&seller()).is_err(), "{wrong}");
        }
        assert!(included(&[("de", 7.0)]).validate(&seller()).is_err());
    }

    #[test]
    fn a_tax_invoice_needs_a_seller_and_a_rate_at_home() {
        let sentence = included(&[("DE", 7.0)]).validate(&Seller::default()).unwrap_err().to_string();
        assert!(sentence.contains("seller.name") && sentence.contains("legal name"), "{sentence}");
        let sentence = included(&[("FR", 5.5)]).validate(&seller()).unwrap_err().to_string();
        assert!(sentence.contains("tax.rates") && sentence.contains("DE"), "{sentence}");
        assert_eq!(Tax::default().validate(&Seller::default()), Ok(()));
    }
}
