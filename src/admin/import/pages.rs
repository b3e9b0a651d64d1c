//! The pages about tables of titles.

use askama::Template;

use super::check::Checked;
use super::table::COLUMNS;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters};

/// `templates/admin/import.html`
#[derive(Template)]
#[template(path = "admin/import.html")]
pub struct ImportPage {
    /// The frame.
    pub layout: Layout,
    /// What is wrong with the file.
    pub errors: Errors,
}

impl ImportPage {
    /// The columns with what they hold.
    #[must_use]
    pub const fn columns(&self) -> [(&'static str, &'static str); COLUMNS.len()] {
        [
            ("title", "Must be there."),
            ("subtitle", ""),
            ("language", "A tag such as en, de or pt-BR."),
            ("price", "A plain number such as 4.99; 0 for free."),
            (
                "contributors",
                "Names parted by semicolons, with what they did in brackets unless they wrote it.",
            ),
            ("categories", "Names of categories that there are, parted by semicolons."),
            ("series", "Its name."),
            ("number_in_series", "A whole number."),
            ("publisher", "The e-mail address of who sells it; without one it is you."),
            ("description", "In Markdown."),
        ]
    }
}

/// `templates/admin/import_report.html`
#[derive(Template)]
#[template(path = "admin/import_report.html")]
pub struct ImportReportPage {
    /// The frame.
    pub layout: Layout,
    /// The table's public id.
    pub id: String,
    /// The file's name.
    pub file_name: String,
    /// How many rows there are.
    pub count: usize,
    /// How many can't be taken in.
    pub wrong: usize,
    /// Whether only those are shown.
    pub only_wrong: bool,
    /// The rows of this page.
    pub rows: Vec<Checked>,
    /// Which page.
    pub pager: Pagination,
    /// The report's address up to the page's number.
    pub address: String,
}
