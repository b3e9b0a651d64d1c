//! What a buyer's change of a gift sends. A field that is missing counts as empty.

use rocket::form::FromForm;

use super::change::ChangeText;

/// `POST /orders/<id>/gift`.
#[derive(Debug, FromForm)]
pub struct ChangeForm<'r> {
    /// What is changed.
    pub gift: ChangeFields<'r>,
}

/// The fields, named as those of the checkout.
#[derive(Debug, FromForm)]
pub struct ChangeFields<'r> {
    /// The recipient's name.
    #[field(default = "")]
    pub name: &'r str,
    /// The recipient's address.
    #[field(default = "")]
    pub email: &'r str,
    /// The day, as `2026-12-24`; empty for as soon as possible.
    #[field(default = "")]
    pub date: &'r str,
}

impl ChangeForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> ChangeText {
        ChangeText {
            name: self.gift.name.to_owned(),
            email: self.gift.email.to_owned(),
            date: self.gift.date.to_owned(),
        }
    }
}
