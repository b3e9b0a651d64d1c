//! The pages about prices.

use askama::Template;

use crate::catalog::{Book, BookStatus};
use crate::money::Money;
use crate::pricing::price_text::PriceText;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters};

/// A book in the list.
#[derive(Debug, Clone)]
pub struct PriceRow {
    /// Its public id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it costs, in words.
    pub price: String,
    /// Whether it is for sale.
    pub is_out: bool,
}

impl PriceRow {
    /// The row of a book; `minimum` is the least where readers name the price, in minor units.
    #[must_use]
    pub fn new(book: &Book, minimum: Option<i64>) -> Self {
        let price = book.price().map(|price| match minimum {
            Some(minimum) => format!("From {}, suggested {price}", Money::new(minimum, price.currency)),
            None if price.is_zero() => "Free".to_owned(),
            None => price.to_string(),
        });
        Self {
            id: book.public_id.clone(),
            title: book.title.clone(),
            price: price.unwrap_or_else(|| format!("In {}, which this shop does not know", book.currency)),
            is_out: book.status == BookStatus::Published,
        }
    }
}

/// `templates/admin/prices.html`
#[derive(Debug, Template)]
#[template(path = "admin/prices.html")]
pub struct PricesPage {
    /// The frame.
    pub layout: Layout,
    /// What was searched for.
    pub search: String,
    /// The books of this page.
    pub books: Vec<PriceRow>,
    /// Which page this is.
    pub pager: Pagination,
    /// The list's address up to the page's number.
    pub address: String,
}

/// `templates/admin/price.html`
#[derive(Debug, Template)]
#[template(path = "admin/price.html")]
pub struct PricePage {
    /// The frame.
    pub layout: Layout,
    /// The book's public id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// The fields, as typed.
    pub text: PriceText,
    /// The shop's currency.
    pub currency: &'static str,
    /// What is wrong with them.
    pub errors: Errors,
}
