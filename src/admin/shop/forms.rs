//! What the forms about the shop send.

use rocket::form::FromForm;
use rocket::fs::TempFile;

use super::change::{ColourText, NameText};

/// Name and sender.
#[derive(Debug, FromForm)]
pub struct NameForm<'r> {
    #[field(default = "")]
    name: &'r str,
    #[field(default = "")]
    sender_name: &'r str,
    #[field(default = "")]
    sender_address: &'r str,
    /// The revision that the form was filled from.
    #[field(default = -1)]
    pub revision: i64,
}

impl NameForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> NameText {
        NameText {
            name: self.name.to_owned(),
            sender_name: self.sender_name.to_owned(),
            sender_address: self.sender_address.to_owned(),
        }
    }
}

/// Colours.
#[derive(Debug, FromForm)]
pub struct ColourForm<'r> {
    #[field(default = "")]
    main_light: &'r str,
    #[field(default = "")]
    main_dark: &'r str,
    #[field(default = "")]
    accent_light: &'r str,
    #[field(default = "")]
    accent_dark: &'r str,
    /// The revision that the form was filled from.
    #[field(default = -1)]
    pub revision: i64,
}

impl ColourForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> ColourText {
        ColourText {
            main_light: self.main_light.to_owned(),
            main_dark: self.main_dark.to_owned(),
            accent_light: self.accent_light.to_owned(),
            accent_dark: self.accent_dark.to_owned(),
        }
    }
}

/// A picture, or none.
#[derive(Debug, FromForm)]
pub struct LogoForm<'r> {
    /// The picture.
    pub logo: Option<TempFile<'r>>,
    /// Whether the logo is to go.
    #[field(default = false)]
    pub remove: bool,
    /// The revision that the form was filled from.
    #[field(default = -1)]
    pub revision: i64,
}

/// A legal text.
#[derive(Debug, FromForm)]
pub struct TextForm<'r> {
    /// In Markdown; empty for none.
    #[field(default = "")]
    pub body: &'r str,
    /// Which button was pressed.
    #[field(default = "save")]
    pub then: &'r str,
    /// The revision that the form was filled from.
    #[field(default = -1)]
    pub revision: i64,
}
