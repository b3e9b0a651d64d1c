//! The pages of bundles.

use askama::Template;

pub use super::bundle_page::BundleDetails;
use super::offers::BundleOffer;
use super::views::BundleCard;
use crate::catalog::markdown;
use crate::catalog::views::BookCard;
use crate::web::{Layout, filters};

/// `templates/pricing/bundles.html`
#[derive(Debug, Template)]
#[template(path = "pricing/bundles.html")]
pub struct BundlesPage {
    /// The frame.
    pub layout: Layout,
    /// The bundles.
    pub bundles: Vec<BundleCard>,
}

impl BundlesPage {
    /// The page of all bundles.
    #[must_use]
    pub fn new(layout: Layout, offers: &[BundleOffer]) -> Self {
        Self { layout, bundles: offers.iter().map(BundleCard::from).collect() }
    }
}

/// `templates/pricing/bundle.html`
#[derive(Debug, Template)]
#[template(path = "pricing/bundle.html")]
pub struct BundlePage {
    /// The frame.
    pub layout: Layout,
    /// The bundle's public id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about, as safe HTML; may be empty.
    pub description_html: String,
    /// What it costs; empty while it can't be bought.
    pub price: String,
    /// What its books cost singly, if that is more; else empty.
    pub singly: String,
    /// What is saved, if anything; else empty.
    pub saved: String,
    /// Its books.
    pub books: Vec<BookCard>,
    /// How many of them the visitor has.
    pub owned: usize,
    /// Whether it is in the cart.
    pub in_cart: bool,
}

impl BundlePage {
    /// The page of a bundle.
    #[must_use]
    pub fn new(layout: Layout, details: BundleDetails) -> Self {
        let owned = details.owned();
        let price = details.offer.as_ref().map(|offer| &offer.price);
        let saves = price.filter(|price| !price.saved().is_zero());
        Self {
            layout,
            price: price.map(|price| price.price.to_string()).unwrap_or_default(),
            singly: saves.map(|price| price.singly.to_string()).unwrap_or_default(),
            saved: saves.map(|price| price.saved().to_string()).unwrap_or_default(),
            id: details.bundle.public_id,
            title: details.bundle.title,
            description_html: markdown::to_html(&details.bundle.description),
            books: details.cards.into_iter().map(BookCard::from).collect(),
            owned,
            in_cart: details.in_cart,
        }
    }
}
