//! The back office's own pages.

use askama::Template;

use super::overview::{Day, Moved, Overview, Sum};
use super::words;
use crate::orders::history::Entry;
use crate::orders::{Finding, Order};
use crate::web::{Layout, filters, show};

/// One order in a list of the back office.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// The public id.
    pub id: String,
    /// The number that people quote.
    pub number: String,
    /// The day and time it was placed, in UTC.
    pub placed: String,
    /// Where its mail goes.
    pub email: String,
    /// The titles in it.
    pub books: String,
    /// What it costs.
    pub total: String,
    /// Where it is.
    pub status: &'static str,
    /// `good`, `bad`, `wait` or empty.
    pub look: &'static str,
    /// Whether its money is real.
    pub livemode: bool,
}

impl From<&Entry> for OrderRow {
    fn from(entry: &Entry) -> Self {
        Self::new(&entry.order, &entry.titles)
    }
}

impl OrderRow {
    /// The row of an order that holds these titles.
    #[must_use]
    pub fn new(order: &Order, titles: &[String]) -> Self {
        let (status, look) = words::status(order.status);
        Self {
            id: order.public_id.clone(),
            number: order.number.clone(),
            placed: show::moment(order.created_at),
            email: order.email.clone(),
            books: titles.join(", "),
            total: order.shown(order.total_minor),
            status,
            look,
            livemode: order.livemode,
        }
    }
}

/// A finding in a list.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// The public id.
    pub id: String,
    /// What it is.
    pub title: &'static str,
    /// What differs.
    pub detail: String,
    /// Since when, in UTC.
    pub since: String,
    /// How it was closed; empty while it is open.
    pub resolution: String,
}

impl From<&Finding> for FindingRow {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.public_id.clone(),
            title: words::finding(finding.kind),
            detail: finding.detail.clone(),
            since: show::moment(finding.first_seen_at),
            resolution: finding.resolved_at.map(|_| finding.resolution.clone()).unwrap_or_default(),
        }
    }
}

/// What came and went in one currency.
#[derive(Debug, Clone)]
pub struct MovedRow {
    /// What stayed.
    pub kept: String,
    /// What was paid.
    pub came: String,
    /// What was given back or lost; empty for nothing.
    pub went: String,
}

impl From<&Moved> for MovedRow {
    fn from(moved: &Moved) -> Self {
        Self {
            kept: moved.shown(moved.in_minor - moved.out_minor),
            came: moved.shown(moved.in_minor),
            went: if moved.out_minor == 0 { String::new() } else { moved.shown(moved.out_minor) },
        }
    }
}

/// The money of some days.
#[derive(Debug, Clone)]
pub struct SumRow {
    /// Which days.
    pub of: &'static str,
    /// One for each currency.
    pub money: Vec<MovedRow>,
    /// How many payments came.
    pub payments: i64,
}

impl From<&Sum> for SumRow {
    fn from(sum: &Sum) -> Self {
        Self { of: sum.of, money: sum.money.iter().map(MovedRow::from).collect(), payments: sum.payments }
    }
}

/// The orders of a day, with the lengths of its bars.
#[derive(Debug, Clone)]
pub struct DayRow {
    /// The day in words.
    pub day: String,
    /// How many were placed, with real money and without.
    pub placed: i64,
    /// How many with real money were paid.
    pub paid: i64,
    /// How many were placed without real money.
    pub play: i64,
    /// The paid ones' bar, of 100.
    pub paid_bar: i64,
    /// The bar of all placed ones, of 100.
    pub placed_bar: i64,
}

fn day_rows(days: &[Day]) -> Vec<DayRow> {
    let most = days.iter().map(|day| day.placed + day.play).max().unwrap_or_default().max(1);
    let row = |day: &Day| DayRow {
        day: show::date(day.start),
        placed: day.placed + day.play,
        paid: day.paid,
        play: day.play,
        paid_bar: day.paid * 100 / most,
        placed_bar: (day.placed + day.play) * 100 / most,
    };
    days.iter().map(row).collect()
}

/// `templates/admin/overview.html`
#[derive(Debug, Template)]
#[template(path = "admin/overview.html")]
pub struct OverviewPage {
    /// The frame.
    pub layout: Layout,
    /// The oldest open findings.
    pub findings: Vec<FindingRow>,
    /// How many are open.
    pub open_findings: i64,
    /// Today, and longer.
    pub sums: Vec<SumRow>,
    /// The last days, today first.
    pub days: Vec<DayRow>,
    /// Whether any order of these days was played.
    pub has_play: bool,
    /// The newest orders.
    pub newest: Vec<OrderRow>,
}

impl OverviewPage {
    /// The page of an overview.
    #[must_use]
    pub fn new(layout: Layout, overview: &Overview) -> Self {
        Self {
            layout,
            findings: overview.findings.iter().map(FindingRow::from).collect(),
            open_findings: overview.open_findings,
            sums: overview.sums.iter().map(SumRow::from).collect(),
            days: day_rows(&overview.days),
            has_play: overview.days.iter().any(|day| day.play > 0),
            newest: overview.newest.iter().map(OrderRow::from).collect(),
        }
    }
}
