//! The page of the log.

use askama::Template;

use crate::admin::act::Act;
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters, show};

/// One act.
#[derive(Debug, Clone)]
pub struct ActRow {
    /// When, in UTC.
    pub at: String,
    /// Whose address it was.
    pub who: String,
    /// What was done, in words.
    pub what: &'static str,
    /// To what.
    pub subject: String,
    /// The public id of its order; empty for none.
    pub order: String,
    /// How, and why.
    pub detail: String,
    /// What came of it.
    pub outcome: String,
}

impl From<(Act, Option<String>)> for ActRow {
    fn from((act, order): (Act, Option<String>)) -> Self {
        Self {
            at: show::moment(act.at),
            who: act.who,
            what: act.kind.words(),
            subject: act.subject,
            order: order.unwrap_or_default(),
            detail: act.detail,
            outcome: act.outcome,
        }
    }
}

/// `templates/admin/log.html`
#[derive(Debug, Template)]
#[template(path = "admin/log.html")]
pub struct LogPage {
    /// The frame.
    pub layout: Layout,
    /// The acts of this page, newest first.
    pub acts: Vec<ActRow>,
    /// The way to the others.
    pub pager: Pagination,
}
