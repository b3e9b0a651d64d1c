//! The pages about publishers.

use askama::Template;

use crate::accounts::Account;
use crate::publishing::PublisherRequest;
use crate::publishing::request::PublisherRow;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// A wish to sell here.
#[derive(Debug, Clone)]
pub struct WishRow {
    /// Its public id.
    pub id: String,
    /// Whose.
    pub name: String,
    /// The address.
    pub email: String,
    /// Since when the account is there.
    pub since: String,
    /// Since when an admin is asked.
    pub asked: String,
    /// What they say.
    pub words: String,
}

impl From<&(PublisherRequest, Account)> for WishRow {
    fn from((request, account): &(PublisherRequest, Account)) -> Self {
        Self {
            id: request.public_id.clone(),
            name: account.display_name().to_owned(),
            email: account.email.clone(),
            since: show::date(account.created_at),
            asked: show::moment(request.created_at),
            words: request.words.clone(),
        }
    }
}

/// A publisher.
#[derive(Debug, Clone)]
pub struct SellerRow {
    /// The account's public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// How many titles, and how many of them are for sale.
    pub titles: String,
    /// Whether an admin keeps the account out.
    pub is_blocked: bool,
}

impl From<&PublisherRow> for SellerRow {
    fn from(row: &PublisherRow) -> Self {
        Self {
            id: row.account.public_id.clone(),
            name: row.account.display_name().to_owned(),
            email: row.account.email.clone(),
            titles: format!("{}, {} for sale", row.titles, row.for_sale),
            is_blocked: row.account.blocked_at.is_some(),
        }
    }
}

/// `templates/admin/publishers.html`
#[derive(Debug, Template)]
#[template(path = "admin/publishers.html")]
pub struct PublishersPage {
    /// The frame.
    pub layout: Layout,
    /// The open wishes, the oldest first.
    pub wishes: Vec<WishRow>,
    /// How many open wishes there are.
    pub open: i64,
    /// The publishers of this page.
    pub sellers: Vec<SellerRow>,
    /// Which page.
    pub pager: Pagination,
    /// The wish whose answer is wrong; empty for none.
    pub answering: String,
    /// Its answer, as typed.
    pub words: String,
    /// What is wrong.
    pub errors: Errors,
}

/// `templates/admin/publisher.html`
#[derive(Debug, Template)]
#[template(path = "admin/publisher.html")]
pub struct PublisherPage {
    /// The frame.
    pub layout: Layout,
    /// The account's public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What is typed.
    pub words: String,
    /// `keep`, `archive` or nothing yet.
    pub titles: String,
    /// What is wrong.
    pub errors: Errors,
}
