//! The page of the log.

use askama::Template;

use crate::admin::act::{Act, ActFilter, ActKind};
use crate::admin::words;
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
    /// How it was before; empty when nothing that has a name was changed.
    pub was: String,
    /// How it was to be after.
    pub became: String,
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
            was: act.was,
            became: act.became,
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
    /// Who did it, as searched for.
    pub who: String,
    /// What it was done to, as searched for.
    pub search: String,
    /// What can be done.
    pub kinds: Vec<KindChoice>,
    /// Whether the list is narrowed.
    pub is_narrowed: bool,
    /// The address of a page of this list, up to its number.
    pub address: String,
}

/// Something that admins do.
#[derive(Debug, Clone)]
pub struct KindChoice {
    /// What the form sends.
    pub value: &'static str,
    /// What it is called.
    pub text: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl LogPage {
    /// The page of a list.
    #[must_use]
    pub fn new(
        layout: Layout,
        filter: &ActFilter,
        acts: Vec<(Act, Option<String>)>,
        pager: Pagination,
    ) -> Self {
        let kind = filter.kind.map_or("", ActKind::as_str);
        let (who, search) = (words::encoded(&filter.who), words::encoded(&filter.search));
        let choice = |choice: &ActKind| KindChoice {
            value: choice.as_str(),
            text: choice.words(),
            chosen: filter.kind == Some(*choice),
        };
        Self {
            // The frame's own search field is for the shop.
            layout: Layout { search: String::new(), ..layout },
            acts: acts.into_iter().map(ActRow::from).collect(),
            pager,
            kinds: ActKind::ALL.iter().map(choice).collect(),
            is_narrowed: !(who.is_empty() && search.is_empty() && kind.is_empty()),
            address: format!("/admin/log?who={who}&kind={kind}&q={search}&page="),
            who: filter.who.clone(),
            search: filter.search.clone(),
        }
    }
}
