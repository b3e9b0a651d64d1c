//! The pages about mails of new editions.

use askama::Template;

use crate::web::{Layout, filters};

/// A book about which no mails are wanted.
#[derive(Debug, Clone)]
pub struct StoppedBook {
    /// Its public id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// `templates/publishing/news.html`
#[derive(Debug, Template)]
#[template(path = "publishing/news.html")]
pub struct NewsPage {
    /// The frame.
    pub layout: Layout,
    /// Where its forms go.
    pub action: String,
    /// Whether it was reached by an account, and not by a mail's link.
    pub is_account: bool,
    /// The book that the mail was about; nothing on an account's page.
    pub about: Option<StoppedBook>,
    /// Whether no mails at all are wanted.
    pub none: bool,
    /// The books about which none are wanted.
    pub stopped: Vec<StoppedBook>,
}

impl NewsPage {
    /// Whether mails about the book of the link are stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.about.as_ref().is_some_and(|book| self.stopped.iter().any(|stopped| stopped.id == book.id))
    }
}
