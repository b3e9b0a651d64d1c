//! The pages about codes.

use askama::Template;

use crate::db::Timestamp;
use crate::orders::Order;
use crate::pricing::code_text::CodeText;
use crate::pricing::code_use::UseState;
use crate::pricing::{Code, CodeUse};
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// A code in the list.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// Its public id.
    pub id: String,
    /// What is typed.
    pub code: String,
    /// What it takes off.
    pub worth: String,
    /// For which books.
    pub books: &'static str,
    /// When it is good, in words.
    pub time: String,
    /// How many have it, of how many.
    pub uses: String,
    /// In a word.
    pub state: &'static str,
    /// `good`, `wait` or empty.
    pub look: &'static str,
    /// For admins.
    pub note: String,
}

impl CodeRow {
    /// The row of a code at `now`.
    #[must_use]
    pub fn new(code: &Code, now: Timestamp) -> Self {
        let is_full = code.use_limit.is_some_and(|limit| code.uses >= limit);
        let (state, look) = match () {
            () if code.switched_off_at.is_some() => ("Off", ""),
            () if code.ends_at.is_some_and(|until| until <= now) => ("Over", ""),
            () if code.starts_at.is_some_and(|from| from > now) => ("Not yet", "wait"),
            () if is_full => ("Used up", "wait"),
            () => ("On", "good"),
        };
        let time = match (code.starts_at, code.ends_at) {
            (None, None) => "Always".to_owned(),
            (Some(from), None) => format!("From {}", show::moment(from)),
            (None, Some(until)) => format!("Until {}", show::moment(until)),
            (Some(from), Some(until)) => format!("{} to {}", show::moment(from), show::moment(until)),
        };
        Self {
            id: code.public_id.clone(),
            code: code.code.clone(),
            worth: code.worth(),
            books: if code.every_book { "Every book" } else { "Some books" },
            time,
            uses: match code.use_limit {
                Some(limit) => format!("{} of {limit}", code.uses),
                None => code.uses.to_string(),
            },
            state,
            look,
            note: code.note.clone(),
        }
    }
}

/// An order with a code.
#[derive(Debug, Clone)]
pub struct UseRow {
    /// The order's public id.
    pub order: String,
    /// Its number.
    pub number: String,
    /// Whose.
    pub email: String,
    /// When it was placed, in UTC.
    pub at: String,
    /// What the code took off.
    pub off: String,
    /// Where the slot is.
    pub state: &'static str,
    /// `good`, `wait` or empty.
    pub look: &'static str,
    /// Whether it is one more than the code had.
    pub over_limit: bool,
}

impl From<&(CodeUse, Order)> for UseRow {
    fn from((slot, order): &(CodeUse, Order)) -> Self {
        let (state, look) = match slot.state {
            UseState::Held => ("Held", "wait"),
            UseState::Used => ("Used", "good"),
            UseState::Released => ("Given back", ""),
        };
        Self {
            order: order.public_id.clone(),
            number: order.number.clone(),
            email: order.email.clone(),
            at: show::moment(slot.created_at),
            off: order.shown(slot.discount_minor),
            state,
            look,
            over_limit: slot.over_limit,
        }
    }
}

/// `templates/admin/codes.html`
#[derive(Debug, Template)]
#[template(path = "admin/codes.html")]
pub struct CodesPage {
    /// The frame.
    pub layout: Layout,
    /// The codes of this page.
    pub codes: Vec<CodeRow>,
    /// Which page.
    pub pager: Pagination,
}

/// `templates/admin/code.html`
#[derive(Debug, Template)]
#[template(path = "admin/code.html")]
pub struct CodePage {
    /// The frame.
    pub layout: Layout,
    /// The code that is changed; nothing for a new one.
    pub row: Option<CodeRow>,
    /// The fields, as typed.
    pub text: CodeText,
    /// The currency of its amounts.
    pub currency: &'static str,
    /// What is wrong with them.
    pub errors: Errors,
    /// Who used it, the newest first.
    pub uses: Vec<UseRow>,
}
