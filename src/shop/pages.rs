//! The page of a legal text.

use askama::Template;

use crate::web::{Layout, filters};

/// `templates/shop/legal.html`
#[derive(Debug, Template)]
#[template(path = "shop/legal.html")]
pub struct LegalPage {
    /// The frame.
    pub layout: Layout,
    /// What the text is called.
    pub title: &'static str,
    /// The text as safe HTML.
    pub body: String,
    /// When it was changed.
    pub changed: String,
}
