//! What the form about a price sends.

use rocket::form::FromForm;

use crate::pricing::price_text::PriceText;

/// A price's fields.
#[derive(Debug, FromForm)]
pub struct PriceForm<'r> {
    #[field(default = "")]
    kind: &'r str,
    #[field(default = "")]
    price: &'r str,
    #[field(default = "")]
    minimum: &'r str,
}

impl PriceForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> PriceText {
        PriceText {
            kind: self.kind.to_owned(),
            price: self.price.to_owned(),
            minimum: self.minimum.to_owned(),
        }
    }
}
