//! The pages about the shop itself.

use askama::Template;

use super::change::{ColourText, NameText};
use crate::shop::{Face, Identity, LegalText};
use crate::web::{Errors, Layout, filters};

/// `templates/admin/shop.html`
#[derive(Template)]
#[template(path = "admin/shop.html")]
pub struct ShopPage {
    /// The frame.
    pub layout: Layout,
    /// How often the shop's face was changed.
    pub revision: i64,
    /// The operator's name for the shop.
    pub operators_name: String,
    /// The operator's sender.
    pub operators_sender: String,
    /// Name and sender, as typed.
    pub name: NameText,
    /// The colours, as typed.
    pub colours: ColourText,
    /// Whether there is a logo.
    pub has_logo: bool,
    /// The texts: their addresses, their titles, and whether there is one.
    pub texts: Vec<(String, &'static str, bool)>,
    /// What is wrong.
    pub errors: Errors,
}

impl ShopPage {
    /// The page of a face.
    #[must_use]
    pub fn new(layout: Layout, face: &Face, identity: &Identity, operators_sender: String) -> Self {
        let row = face.row.clone();
        Self {
            layout,
            revision: face.revision,
            operators_name: identity.operators_name().to_owned(),
            operators_sender,
            name: NameText {
                name: row.name,
                sender_name: row.sender_name,
                sender_address: row.sender_address,
            },
            colours: ColourText {
                main_light: row.main_light,
                main_dark: row.main_dark,
                accent_light: row.accent_light,
                accent_dark: row.accent_dark,
            },
            has_logo: face.logo.is_some(),
            texts: LegalText::ALL
                .iter()
                .map(|text| (format!("/admin/shop/texts/{text}"), text.title(), face.texts.contains(text)))
                .collect(),
            errors: Errors::none(),
        }
    }
}

/// `templates/admin/shop_text.html`
#[derive(Template)]
#[template(path = "admin/shop_text.html")]
pub struct ShopTextPage {
    /// The frame.
    pub layout: Layout,
    /// How often the shop's face was changed.
    pub revision: i64,
    /// The text's name in addresses.
    pub kind: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The text, as typed.
    pub body: String,
    /// What it looks like, as safe HTML; nothing when no preview was asked for.
    pub preview: Option<String>,
    /// What is wrong.
    pub errors: Errors,
}
