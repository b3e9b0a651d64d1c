//! The pages about bundles.

use askama::Template;

use crate::pricing::Bundle;
use crate::pricing::bundle_text::BundleText;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters};

/// A bundle in the list.
#[derive(Debug, Clone)]
pub struct BundleRow {
    /// Its public id.
    pub id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it costs.
    pub price: String,
    /// Whether it is for sale.
    pub is_out: bool,
}

impl From<&Bundle> for BundleRow {
    fn from(bundle: &Bundle) -> Self {
        Self {
            id: bundle.public_id.clone(),
            slug: bundle.slug.clone(),
            title: bundle.title.clone(),
            price: bundle.asked().map(|price| price.to_string()).unwrap_or_default(),
            is_out: bundle.published_at.is_some(),
        }
    }
}

/// `templates/admin/bundles.html`
#[derive(Debug, Template)]
#[template(path = "admin/bundles.html")]
pub struct BundlesPage {
    /// The frame.
    pub layout: Layout,
    /// The bundles of this page.
    pub bundles: Vec<BundleRow>,
    /// Which page.
    pub pager: Pagination,
}

/// `templates/admin/bundle.html`
#[derive(Debug, Template)]
#[template(path = "admin/bundle.html")]
pub struct BundlePage {
    /// The frame.
    pub layout: Layout,
    /// The bundle that is changed; nothing for a new one.
    pub row: Option<BundleRow>,
    /// The fields, as typed.
    pub text: BundleText,
    /// The currency of its price.
    pub currency: &'static str,
    /// What is wrong with them.
    pub errors: Errors,
}
