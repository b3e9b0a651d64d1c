//! An invoice or a credit note as a page to read and to print, and the form with the buyer's details.

use askama::Template;

use super::forms::DetailsForm;
use super::view::{self, PaperView};
use super::{Paper, PaperKind};
use crate::country;
use crate::web::{Errors, Layout, filters, show};

/// A link to a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLink {
    /// What it is.
    pub title: &'static str,
    /// Its number.
    pub number: String,
    /// The day it was written.
    pub issued: String,
    /// Whether it is an invoice, corrected or not.
    pub is_invoice: bool,
}

impl From<&Paper> for PaperLink {
    fn from(paper: &Paper) -> Self {
        Self {
            title: view::title(paper.kind),
            number: paper.number.clone(),
            issued: show::date(paper.issued_at),
            is_invoice: matches!(paper.kind, PaperKind::Invoice | PaperKind::Correction),
        }
    }
}

/// `templates/orders/paper.html`
#[derive(Debug, Template)]
#[template(path = "orders/paper.html")]
pub struct PaperPage {
    /// The frame.
    pub layout: Layout,
    /// The order's public id.
    pub order: String,
    /// The paper.
    pub paper: PaperView,
    /// Whether it is an invoice, corrected or not.
    pub is_invoice: bool,
    /// The order's other papers.
    pub others: Vec<PaperLink>,
}

/// `templates/orders/details.html`
#[derive(Debug, Template)]
#[template(path = "orders/details.html")]
pub struct DetailsPage {
    /// The frame.
    pub layout: Layout,
    /// The order's public id.
    pub order: String,
    /// The order's number.
    pub number: String,
    /// What was typed.
    pub form: DetailsForm,
    /// What is wrong with it.
    pub errors: Errors,
    /// Every country: code and name.
    pub countries: &'static [(&'static str, &'static str)],
}

impl DetailsPage {
    /// The page of the form.
    #[must_use]
    pub fn new(layout: Layout, order: String, number: String, form: DetailsForm, errors: Errors) -> Self {
        Self { layout, order, number, form, errors, countries: country::ALL }
    }
}

/// What an order's page says of its papers: `templates/orders/_papers.html`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PapersBox {
    /// The papers, the oldest first.
    pub links: Vec<PaperLink>,
    /// That the buyer gave up the right of withdrawal; empty if not.
    pub waiver: String,
    /// Whether there is a way to withdraw.
    pub withdrawal: bool,
}
