//! The pages from the cart to the pay button.

use askama::Template;

use super::cart_lines::{Content, Line};
use super::fingerprint::Fingerprint;
use super::gift::GiftBox;
use crate::web::{Errors, Layout, filters};

/// A book in the cart, as its page shows it.
#[derive(Debug, Clone)]
pub struct CartLine {
    /// The book's public id.
    pub book_id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Who wrote it, on one line.
    pub contributors: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// What it costs; empty when it is not for sale.
    pub price: String,
    /// What stands in the way; empty when it can be bought.
    pub problem: String,
    /// Whether the buyer has it, so that it can be a gift only.
    pub is_owned: bool,
}

impl From<&Line> for CartLine {
    fn from(line: &Line) -> Self {
        let price =
            line.price.map(|price| if price.is_zero() { "Free".to_owned() } else { price.to_string() });
        Self {
            book_id: line.book.public_id.clone(),
            slug: line.book.slug.clone(),
            title: line.book.title.clone(),
            contributors: line.book.contributors.clone(),
            cover: line.book.cover.clone(),
            price: price.unwrap_or_default(),
            problem: line.problem.map(|problem| problem.to_string()).unwrap_or_default(),
            is_owned: false,
        }
    }
}

/// `templates/checkout/cart.html`
#[derive(Debug, Template)]
#[template(path = "checkout/cart.html")]
pub struct CartPage {
    /// The frame.
    pub layout: Layout,
    /// What is in it.
    pub lines: Vec<CartLine>,
    /// The sum of what can be bought.
    pub total: String,
    /// Whether the way to the checkout is open.
    pub can_check_out: bool,
    /// Whether it can be bought for someone else only.
    pub is_only_for_others: bool,
}

impl CartPage {
    /// The page of a cart.
    #[must_use]
    pub fn new(layout: Layout, content: &Content) -> Self {
        Self {
            layout,
            lines: content.lines.iter().map(CartLine::from).collect(),
            total: content.total.to_string(),
            can_check_out: content.can_check_out(),
            is_only_for_others: false,
        }
    }

    /// The page of a cart with something in it that the buyer has: `for_others` is what it holds as a gift.
    #[must_use]
    pub fn for_others(layout: Layout, content: &Content, for_others: &Content) -> Self {
        let mut page = Self::new(layout, for_others);
        page.can_check_out = true;
        page.is_only_for_others = true;
        for (line, seen) in page.lines.iter_mut().zip(&content.lines) {
            line.is_owned = seen.problem.is_some();
        }
        page
    }
}

/// `templates/checkout/checkout.html`
#[derive(Debug, Template)]
#[template(path = "checkout/checkout.html")]
pub struct CheckoutPage {
    /// The frame.
    pub layout: Layout,
    /// The guest's address, as typed.
    pub email: String,
    /// What is wrong with the form.
    pub errors: Errors,
    /// What is wrong with the whole.
    pub problem: String,
    /// What is bought.
    pub lines: Vec<CartLine>,
    /// What is to be paid.
    pub total: String,
    /// Whether that is nothing.
    pub is_free: bool,
    /// What this page shows, to be told from what is so when the button is pressed.
    pub seen: String,
    /// The fields about a gift.
    pub gift: GiftBox,
}

impl CheckoutPage {
    /// The page before the gateway's.
    #[must_use]
    pub fn new(layout: Layout, content: &Content, email: &str, gift: GiftBox) -> Self {
        Self {
            layout,
            email: email.to_owned(),
            errors: Errors::none(),
            problem: String::new(),
            lines: content.lines.iter().map(CartLine::from).collect(),
            total: content.total.to_string(),
            is_free: content.total.is_zero(),
            seen: Fingerprint::of_content(content),
            gift,
        }
    }

    /// The same page with what is wrong.
    #[must_use]
    pub fn with(self, errors: Errors, problem: impl Into<String>) -> Self {
        Self { errors, problem: problem.into(), ..self }
    }
}
