//! The pages about findings.

use askama::Template;

use super::repair::Repair;
use super::words::meaning;
use crate::admin::orders::links::dashboard;
use crate::admin::pages::FindingRow;
use crate::admin::words;
use crate::orders::{Finding, LineItem, Order};
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters, show};

/// `templates/admin/findings.html`
#[derive(Debug, Template)]
#[template(path = "admin/findings.html")]
pub struct FindingsPage {
    /// The frame.
    pub layout: Layout,
    /// Whether those are shown that are closed.
    pub closed: bool,
    /// The findings of this page.
    pub findings: Vec<FindingRow>,
    /// The way to the others.
    pub pager: Pagination,
    /// The address of a page of this list, up to its number.
    pub address: &'static str,
}

/// One thing that can be done.
#[derive(Debug, Clone)]
pub struct RepairRow {
    /// Its word in the form.
    pub word: &'static str,
    /// What the button says.
    pub text: &'static str,
    /// What it does.
    pub hint: &'static str,
    /// Whether it wants to know why.
    pub wants_reason: bool,
    /// Whether it wants books.
    pub wants_books: bool,
    /// `main`, `plain` or `danger`.
    pub look: &'static str,
    /// Why, as typed.
    pub reason: String,
    /// What is wrong; empty for nothing.
    pub complaint: String,
}

/// A book that can be chosen.
#[derive(Debug, Clone)]
pub struct BookRow {
    /// Its place in the order.
    pub place: usize,
    /// Its title.
    pub title: String,
    /// What was paid for it.
    pub paid: String,
}

/// `templates/admin/finding.html`
#[derive(Debug, Template)]
#[template(path = "admin/finding.html")]
pub struct FindingPage {
    /// The frame.
    pub layout: Layout,
    /// The public id.
    pub id: String,
    /// What it is.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What differs.
    pub detail: String,
    /// About what.
    pub subject: String,
    /// Its page at the gateway; empty for none.
    pub link: String,
    /// When it was seen first and last, in UTC.
    pub first_seen: String,
    /// The same.
    pub last_seen: String,
    /// The public id of its order; empty for none.
    pub order_id: String,
    /// The order's number.
    pub order_number: String,
    /// What can be done; nothing when it is closed.
    pub repairs: Vec<RepairRow>,
    /// The open books of its order.
    pub books: Vec<BookRow>,
    /// When it was closed; empty while it is open.
    pub resolved: String,
    /// How.
    pub resolution: String,
    /// By whom; empty when it went away by itself.
    pub resolved_by: String,
}

/// All that the page of a finding shows.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The finding.
    pub finding: Finding,
    /// Its order.
    pub order: Option<Order>,
    /// What was bought.
    pub items: Vec<LineItem>,
    /// The address of who closed it.
    pub resolved_by: String,
}

impl FindingPage {
    /// The page of a finding.
    #[must_use]
    pub fn new(layout: Layout, subject: &Subject, gateway: &str, livemode: bool) -> Self {
        let finding = &subject.finding;
        let order = subject.order.as_ref();
        let livemode = order.map_or(livemode, |order| order.livemode);
        let gateway = order.map_or(gateway, |order| order.gateway.as_str());
        let is_open = finding.resolved_at.is_none();
        let repairs = if is_open { Repair::of(finding) } else { Vec::new() };
        let shown = |minor: i64| order.map(|order| order.shown(minor)).unwrap_or_default();
        let open = |(_, item): &(usize, &LineItem)| item.refunded_at.is_none();
        let book = |(index, item): (usize, &LineItem)| BookRow {
            place: index + 1,
            title: item.title.clone(),
            paid: shown(item.price_minor - item.discount_minor),
        };
        Self {
            layout,
            id: finding.public_id.clone(),
            title: words::finding(finding.kind),
            meaning: meaning(finding.kind),
            detail: finding.detail.clone(),
            subject: finding.subject.clone(),
            link: dashboard(gateway, livemode, &finding.subject).unwrap_or_default(),
            first_seen: show::moment(finding.first_seen_at),
            last_seen: show::moment(finding.last_seen_at),
            order_id: order.map(|order| order.public_id.clone()).unwrap_or_default(),
            order_number: order.map(|order| order.number.clone()).unwrap_or_default(),
            repairs: repairs.into_iter().enumerate().map(|(index, repair)| row(index, repair)).collect(),
            books: subject.items.iter().enumerate().filter(open).map(book).collect(),
            resolved: finding.resolved_at.map(show::moment).unwrap_or_default(),
            resolution: finding.resolution.clone(),
            resolved_by: subject.resolved_by.clone(),
        }
    }

    /// The same page after a form that could not be used.
    #[must_use]
    pub fn with_complaint(mut self, word: &str, reason: &str, complaint: &str) -> Self {
        if let Some(row) = self.repairs.iter_mut().find(|row| row.word == word) {
            reason.clone_into(&mut row.reason);
            complaint.clone_into(&mut row.complaint);
        }
        self
    }
}

fn row(index: usize, repair: Repair) -> RepairRow {
    let look = match repair {
        Repair::GiveBack | Repair::SendBack | Repair::Close => "danger",
        Repair::Dismiss => "plain",
        _ if index == 0 => "main",
        _ => "plain",
    };
    RepairRow {
        word: repair.as_str(),
        text: repair.text(),
        hint: repair.hint(),
        wants_reason: repair.wants_reason(),
        wants_books: repair == Repair::Assign,
        look,
        reason: String::new(),
        complaint: String::new(),
    }
}
