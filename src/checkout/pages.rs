//! The pages from the cart to the pay button.

use askama::Template;

use super::asks::AskBox;
use super::cart_lines::{BundleLine, Content, Line};
use super::fingerprint::Fingerprint;
use super::gift::GiftBox;
use crate::money::Money;
use crate::web::{Errors, Layout, filters};

/// A book in the cart, as its page shows it.
#[derive(Debug, Clone, Default)]
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
    /// The title of the bundle that it comes with; empty when it is bought singly.
    pub with_bundle: String,
    /// What its reader may pay; empty when its price is fixed.
    pub named: String,
    /// What stands in the field for it.
    pub amount: String,
    /// What is wrong with that.
    pub amount_error: String,
}

impl From<&Line> for CartLine {
    fn from(line: &Line) -> Self {
        let price =
            line.price.map(|price| if price.is_zero() { "Free".to_owned() } else { price.to_string() });
        let named = line.named.map(|rule| crate::pricing::views::hint(&rule));
        Self {
            book_id: line.book.public_id.clone(),
            slug: line.book.slug.clone(),
            title: line.book.title.clone(),
            contributors: line.book.contributors.clone(),
            cover: line.book.cover.clone(),
            price: price.unwrap_or_default(),
            problem: line.problem.as_ref().map(ToString::to_string).unwrap_or_default(),
            is_owned: false,
            with_bundle: line.with_bundle.clone().unwrap_or_default(),
            named: named.unwrap_or_default(),
            amount: line.price.map(Money::plain).unwrap_or_default(),
            amount_error: String::new(),
        }
    }
}

/// A bundle in the cart, as its page shows it.
#[derive(Debug, Clone, Default)]
pub struct CartBundle {
    /// Its public id.
    pub id: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The cover of its first book; empty without one.
    pub cover: String,
    /// Its books' titles.
    pub books: Vec<String>,
    /// What it costs; empty when it is not for sale.
    pub price: String,
    /// What its books cost singly, if that is more; else empty.
    pub singly: String,
    /// What the buyer should know: that they own some of its books. Else empty.
    pub warning: String,
    /// What stands in the way; empty when it can be bought.
    pub problem: String,
}

impl From<&BundleLine> for CartBundle {
    fn from(line: &BundleLine) -> Self {
        let saves = line.price.as_ref().filter(|price| !price.saved().is_zero());
        let some_owned = line.owned > 0 && line.problem.is_none();
        Self {
            id: line.bundle.public_id.clone(),
            slug: line.bundle.slug.clone(),
            title: line.bundle.title.clone(),
            cover: line.books.first().map(|book| book.cover.clone()).unwrap_or_default(),
            books: line.books.iter().map(|book| book.title.clone()).collect(),
            price: line.price.as_ref().map(|price| price.price.to_string()).unwrap_or_default(),
            singly: saves.map(|price| price.singly.to_string()).unwrap_or_default(),
            warning: if some_owned {
                format!(
                    "You own {} of its {} books already. The bundle costs the same.",
                    line.owned,
                    line.books.len()
                )
            } else {
                String::new()
            },
            problem: line.problem.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// The code of a cart and the field for one: what `templates/checkout/_code.html` shows.
#[derive(Debug, Clone, Default)]
pub struct CodeView {
    /// The code that is in; empty for none.
    pub code: String,
    /// What it takes off in all; empty while it takes nothing off.
    pub off: String,
    /// Why it takes nothing off; empty when it does.
    pub problem: String,
    /// What was typed.
    pub typed: String,
    /// What is wrong with that; empty when nothing is.
    pub error: String,
    /// On which page the field stands: `cart` or `checkout`.
    pub from: &'static str,
}

impl CodeView {
    fn new(content: &Content, from: &'static str) -> Self {
        let Some(entered) = &content.code else { return Self { from, ..Self::default() } };
        Self {
            code: entered.code.code.clone(),
            off: if entered.problem.is_none() { entered.off.to_string() } else { String::new() },
            problem: entered.problem.as_ref().map(ToString::to_string).unwrap_or_default(),
            from,
            ..Self::default()
        }
    }
}

/// What is said of a sum that can't be charged; empty for one that can.
fn too_small(content: &Content) -> String {
    if content.is_too_small() {
        format!("The smallest amount that can be charged is {}. Please add another book.", content.least)
    } else {
        String::new()
    }
}

/// The sum before the code.
fn before_code(content: &Content) -> String {
    let off = content.good_code().map_or(0, |code| code.off.minor);
    Money::new(content.total.minor.saturating_add(off), content.total.currency).to_string()
}

/// `templates/checkout/cart.html`
#[derive(Debug, Template)]
#[template(path = "checkout/cart.html")]
pub struct CartPage {
    /// The frame.
    pub layout: Layout,
    /// The books in it.
    pub lines: Vec<CartLine>,
    /// The bundles in it.
    pub bundles: Vec<CartBundle>,
    /// The code.
    pub code: CodeView,
    /// The sum before the code.
    pub before_code: String,
    /// What is to be paid for what can be bought.
    pub total: String,
    /// Why that can't be charged; empty when it can.
    pub too_small: String,
    /// Whether something can't be bought.
    pub has_problem: bool,
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
            bundles: content.bundles.iter().map(CartBundle::from).collect(),
            code: CodeView::new(content, "cart"),
            before_code: before_code(content),
            total: content.total.to_string(),
            too_small: too_small(content),
            has_problem: content.has_problem(),
            can_check_out: content.can_check_out(),
            is_only_for_others: false,
        }
    }

    /// The page of a cart with something in it that the buyer has: `for_others` is what it holds as a gift.
    #[must_use]
    pub fn for_others(layout: Layout, content: &Content, for_others: &Content) -> Self {
        let mut page = Self::new(layout, for_others);
        page.is_only_for_others = true;
        for (line, seen) in page.lines.iter_mut().zip(&content.lines) {
            line.is_owned = seen.problem.is_some();
        }
        page
    }

    /// The same page with a code that was typed and what is wrong with it.
    #[must_use]
    pub fn with_code(mut self, typed: &str, error: String) -> Self {
        (self.code.typed, self.code.error) = (typed.to_owned(), error);
        self
    }

    /// The same page with a price that was typed for a book and what is wrong with it.
    #[must_use]
    pub fn with_amount(mut self, book_id: &str, typed: &str, error: String) -> Self {
        if let Some(line) = self.lines.iter_mut().find(|line| line.book_id == book_id) {
            (line.amount, line.amount_error) = (typed.to_owned(), error);
        }
        self
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
    /// The books that are bought singly.
    pub lines: Vec<CartLine>,
    /// The bundles.
    pub bundles: Vec<CartBundle>,
    /// The code.
    pub code: CodeView,
    /// What is to be paid.
    pub total: String,
    /// Whether that is nothing.
    pub is_free: bool,
    /// What this page shows, to be told from what is so when the button is pressed.
    pub seen: String,
    /// The fields about a gift.
    pub gift: GiftBox,
    /// What law has the page ask.
    pub asks: AskBox,
}

impl CheckoutPage {
    /// The page before the gateway's.
    #[must_use]
    pub fn new(layout: Layout, content: &Content, email: &str, gift: GiftBox, asks: AskBox) -> Self {
        Self {
            layout,
            email: email.to_owned(),
            errors: Errors::none(),
            problem: String::new(),
            lines: content
                .lines
                .iter()
                .filter(|line| line.with_bundle.is_none())
                .map(CartLine::from)
                .collect(),
            bundles: content.bundles.iter().map(CartBundle::from).collect(),
            code: CodeView::new(content, "checkout"),
            total: content.total.to_string(),
            is_free: content.total.is_zero(),
            seen: Fingerprint::of_content(content),
            gift,
            asks,
        }
    }

    /// The same page with what is wrong.
    #[must_use]
    pub fn with(self, errors: Errors, problem: impl Into<String>) -> Self {
        Self { errors, problem: problem.into(), ..self }
    }

    /// The same page with a code that was typed and what is wrong with it.
    #[must_use]
    pub fn with_code(mut self, typed: &str, error: String) -> Self {
        (self.code.typed, self.code.error) = (typed.to_owned(), error);
        self
    }
}
