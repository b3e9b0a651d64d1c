//! The page of the wish.

use askama::Template;

use crate::web::{Errors, Layout, filters};

/// `templates/publishing/wish.html`
#[derive(Debug, Template)]
#[template(path = "publishing/wish.html")]
pub struct WishPage {
    /// The frame.
    pub layout: Layout,
    /// Whether the account sells already.
    pub publishes: bool,
    /// Whether accounts may ask here.
    pub may_ask: bool,
    /// Whether an admin looks at each title.
    pub review: bool,
    /// Since when an admin is asked; empty while nobody is.
    pub asked: String,
    /// What was said; of the form, as typed.
    pub words: String,
    /// When the last wish was declined; empty if it was not.
    pub declined: String,
    /// What the admin said then.
    pub answer: String,
    /// What is wrong with the form.
    pub errors: Errors,
}
