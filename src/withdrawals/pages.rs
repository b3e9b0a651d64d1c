//! The pages about withdrawals: a struct for each template of `templates/withdrawals/`.

use askama::Template;

use super::statement::Statement;
use crate::web::{Errors, Layout, filters};

/// `GET /withdraw`: who withdraws, and from what.
#[derive(Template)]
#[template(path = "withdrawals/ask.html")]
pub struct AskPage {
    pub layout: Layout,
    pub name: String,
    pub order: String,
    pub email: String,
    /// Whether buyers of this shop give up the right to get their books at once.
    pub waiver: bool,
    pub errors: Errors,
}

/// `POST /withdraw`: the statement once more, to be confirmed.
#[derive(Template)]
#[template(path = "withdrawals/confirm.html")]
pub struct ConfirmPage {
    pub layout: Layout,
    pub statement: Statement,
}

/// `GET /withdraw/received`: the same whether there is such an order or not.
#[derive(Template)]
#[template(path = "withdrawals/received.html")]
pub struct ReceivedPage {
    pub layout: Layout,
    /// The seller's address; empty where the settings name none.
    pub seller: String,
}
