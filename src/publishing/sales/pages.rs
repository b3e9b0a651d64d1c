//! The page of sales.

use askama::Template;

use super::{By, Sold, Total};
use crate::money;
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters};

/// A row of the table.
#[derive(Debug, Clone)]
pub struct SoldRow {
    /// The period, as ISO 8601 writes it; empty for all of them.
    pub period: String,
    /// The title.
    pub title: String,
    /// Its public id.
    pub book: String,
    /// How many copies were sold.
    pub copies: i64,
    /// What was paid for them.
    pub revenue: String,
    /// For how many copies money went back.
    pub returned: i64,
    /// What went back.
    pub refunds: String,
    /// What is left.
    pub net: String,
}

impl From<&Sold> for SoldRow {
    fn from(sold: &Sold) -> Self {
        let shown = |minor: i64| shown(minor, &sold.currency);
        Self {
            period: sold.period.clone(),
            title: sold.title.clone(),
            book: sold.book.clone(),
            copies: sold.copies,
            revenue: shown(sold.revenue_minor),
            returned: sold.returned,
            refunds: shown(sold.refunds_minor),
            net: shown(sold.revenue_minor - sold.refunds_minor),
        }
    }
}

/// An amount for people, below zero, too.
fn shown(minor: i64, currency: &str) -> String {
    if minor < 0 {
        return format!("−{}", money::shown(minor.saturating_neg(), currency));
    }
    money::shown(minor, currency)
}

/// What all of it comes to in one currency.
#[derive(Debug, Clone)]
pub struct TotalRow {
    /// ISO 4217 code.
    pub currency: String,
    /// How many copies were sold.
    pub copies: i64,
    /// What was paid for them.
    pub revenue: String,
    /// What went back.
    pub refunds: String,
    /// What is left.
    pub net: String,
}

impl From<&Total> for TotalRow {
    fn from(total: &Total) -> Self {
        Self {
            currency: total.currency.clone(),
            copies: total.copies,
            revenue: shown(total.revenue_minor, &total.currency),
            refunds: shown(total.refunds_minor, &total.currency),
            net: shown(total.revenue_minor - total.refunds_minor, &total.currency),
        }
    }
}

/// `templates/publishing/sales.html`
#[derive(Debug, Template)]
#[template(path = "publishing/sales.html")]
pub struct SalesPage {
    /// The frame.
    pub layout: Layout,
    /// The first day, as ISO 8601 writes it.
    pub from: String,
    /// The last day.
    pub to: String,
    /// By what rows are put together.
    pub by: By,
    /// Whether it is a sandbox's money.
    pub is_play: bool,
    /// The sums.
    pub totals: Vec<TotalRow>,
    /// The rows of this page.
    pub rows: Vec<SoldRow>,
    /// Which page.
    pub pager: Pagination,
    /// The span, as addresses have it.
    pub span: String,
}

impl SalesPage {
    /// By what rows can be put together.
    #[must_use]
    pub const fn choices(&self) -> [(By, &'static str); 3] {
        By::ALL
    }
}
