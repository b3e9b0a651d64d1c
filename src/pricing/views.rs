//! What pages show of bundles and named prices, written for readers.

use super::PriceRule;
use super::offers::BundleOffer;

/// A bundle on a shelf.
#[derive(Debug, Clone, Default)]
pub struct BundleCard {
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Up to three covers of its books: the cover's id (empty without one) and the book's title.
    pub covers: Vec<(String, String)>,
    /// How many books it holds.
    pub count: usize,
    /// What it costs.
    pub price: String,
    /// What its books cost singly, if that is more; else empty.
    pub singly: String,
}

impl From<&BundleOffer> for BundleCard {
    fn from(offer: &BundleOffer) -> Self {
        let saves = !offer.price.saved().is_zero();
        let covers = offer.books.iter().take(3).map(|book| (book.cover.clone(), book.title.clone()));
        Self {
            slug: offer.bundle.slug.clone(),
            title: offer.bundle.title.clone(),
            covers: covers.collect(),
            count: offer.books.len(),
            price: offer.price.price.to_string(),
            singly: if saves { offer.price.singly.to_string() } else { String::new() },
        }
    }
}

/// The field for a price that readers name.
#[derive(Debug, Clone, Default)]
pub struct NamedView {
    /// What stands in it.
    pub typed: String,
    /// What may stand in it.
    pub hint: String,
    /// The currency's code.
    pub currency: &'static str,
    /// What is wrong with what was typed; empty when nothing is.
    pub error: String,
}

impl From<&PriceRule> for NamedView {
    fn from(rule: &PriceRule) -> Self {
        Self {
            typed: rule.suggested.plain(),
            hint: hint(rule),
            currency: rule.currency().code(),
            error: String::new(),
        }
    }
}

/// What a reader may pay, in a sentence.
#[must_use]
pub fn hint(rule: &PriceRule) -> String {
    if rule.minimum.is_zero() {
        format!("You name the price, 0 included. We suggest {}.", rule.suggested)
    } else {
        format!("You name the price, from {} on. We suggest {}.", rule.minimum, rule.suggested)
    }
}
