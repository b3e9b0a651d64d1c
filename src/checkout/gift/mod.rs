//! The checkout's fields about a gift.

pub mod forms;

use chrono::NaiveDate;

use super::cart_lines::{Content, Problem};
use crate::gifts::GiftText;
use crate::gifts::wishes::last_day;

/// What the checkout page shows about a gift.
#[derive(Debug, Clone)]
pub struct GiftBox {
    /// What was typed.
    pub text: GiftText,
    /// Whether something in the cart can only be bought as a gift, because the buyer has it.
    pub is_needed: bool,
    /// The bounds of the day, as attributes.
    pub day_attrs: String,
}

impl GiftBox {
    /// The fields as typed.
    #[must_use]
    pub fn new(text: GiftText, is_needed: bool, today: NaiveDate) -> Self {
        Self { text, is_needed, day_attrs: format!("max=\"{}\"", last_day(today)) }
    }
}

/// Whether all that stands in the way of buying this cart is that the buyer has some of it: then it can be a gift.
#[must_use]
pub fn is_only_for_others(content: &Content) -> bool {
    let is_owned = |problem: &Problem| matches!(problem, Problem::Owned | Problem::BundleOwned);
    let mut problems = content
        .lines
        .iter()
        .filter_map(|line| line.problem.as_ref())
        .chain(content.bundles.iter().filter_map(|bundle| bundle.problem.as_ref()))
        .peekable();
    problems.peek().is_some() && problems.all(is_owned)
}
