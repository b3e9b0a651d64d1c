//! The page that shows a key, once.

use askama::Template;

use crate::web::{Layout, filters};

/// `templates/uploads/key.html`
#[derive(Template)]
#[template(path = "uploads/key.html")]
pub struct KeyPage {
    /// The frame.
    pub layout: Layout,
    /// The title's public id.
    pub id: String,
    /// The title.
    pub title: String,
    /// Where programs bring files to.
    pub endpoint: String,
    /// The secret.
    pub key: String,
}
