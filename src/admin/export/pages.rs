//! The page of tables.

use askama::Template;

use super::{ALL, Table};
use crate::web::{Layout, filters};

/// `templates/admin/export.html`
#[derive(Template)]
#[template(path = "admin/export.html")]
pub struct ExportPage {
    /// The frame.
    pub layout: Layout,
}

impl ExportPage {
    /// The tables, in the order of the page.
    #[must_use]
    pub const fn tables(&self) -> &'static [Table] {
        ALL
    }
}
