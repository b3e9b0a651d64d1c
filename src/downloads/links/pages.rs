//! The page about links.

use askama::Template;

use super::Listed;
use crate::web::{Layout, filters, show};

/// One link in the list.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// Its name in the list.
    pub id: String,
    /// The title of the book.
    pub title: String,
    /// The file's name.
    pub file: String,
    /// The day it was made.
    pub made: String,
    /// The day of its last use; empty for none.
    pub used: String,
}

impl From<&Listed> for LinkRow {
    fn from(listed: &Listed) -> Self {
        Self {
            id: listed.link.public_id.clone(),
            title: listed.title.clone(),
            file: listed.file_name.clone(),
            made: show::date(listed.link.created_at),
            used: listed.link.last_used_at.map(show::date).unwrap_or_default(),
        }
    }
}

/// `templates/downloads/links.html`
#[derive(Debug, Template)]
#[template(path = "downloads/links.html")]
pub struct LinksPage {
    /// The frame.
    pub layout: Layout,
    /// The address of a link that was just made, the only time it is shown; empty for none.
    pub fresh: String,
    /// The file that it opens.
    pub fresh_file: String,
    /// Why none was made; empty if nothing went wrong.
    pub problem: String,
    /// The open links, the newest first.
    pub links: Vec<LinkRow>,
}
