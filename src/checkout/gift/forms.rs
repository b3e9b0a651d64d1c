//! What the checkout's form sends about a gift. A field that is missing counts as empty.

use rocket::form::FromForm;

use crate::gifts::GiftText;

/// The fields `gift.…` of the checkout's form.
#[derive(Debug, FromForm)]
pub struct GiftForm<'r> {
    /// The tick box.
    #[field(default = false)]
    pub wanted: bool,
    /// Who gives.
    #[field(default = "")]
    pub from: &'r str,
    /// The recipient's name.
    #[field(default = "")]
    pub name: &'r str,
    /// The recipient's address.
    #[field(default = "")]
    pub email: &'r str,
    /// The day, as `2026-12-24`; empty for today.
    #[field(default = "")]
    pub date: &'r str,
    /// The words to go with it.
    #[field(default = "")]
    pub message: &'r str,
}

impl GiftForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> GiftText {
        GiftText {
            wanted: self.wanted,
            from: self.from.to_owned(),
            name: self.name.to_owned(),
            email: self.email.to_owned(),
            date: self.date.to_owned(),
            message: self.message.to_owned(),
        }
    }
}
