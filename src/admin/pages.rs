//! The back office's own pages.

use askama::Template;

use super::figures::chart::Chart;
use super::figures::{Asked, Span, charts};
use super::overview::{Moved, Overview, Sum};
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

/// A title or a country in proportion to the others.
#[derive(Debug, Clone)]
pub struct ShareRow {
    /// Its name.
    pub name: String,
    /// Where more of it is; empty for nowhere.
    pub href: String,
    /// How many copies or orders.
    pub count: i64,
    /// What it brought.
    pub amount: String,
    /// Its bar, of 100.
    pub bar: i64,
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
    /// The first day of the figures, as ISO 8601 writes it.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Some spans to choose: their address, their name, and whether it is this one.
    pub spans: Vec<(String, &'static str, bool)>,
    /// The currencies to choose: their address, their code, and whether it is this one.
    pub currencies: Vec<(String, String, bool)>,
    /// The currency of the figures.
    pub currency: String,
    /// Whether the figures are of the sandbox's money.
    pub is_play: bool,
    /// The way from real money to the sandbox's, and back; empty where there is no sandbox.
    pub other_money: String,
    /// What is left, what came and what went back.
    pub total: MovedRow,
    /// How many orders were paid.
    pub orders: i64,
    /// How many downloads began.
    pub downloads: i64,
    /// Revenue, orders, downloads.
    pub charts: Vec<Chart>,
    /// The titles that brought most.
    pub titles: Vec<ShareRow>,
    /// The countries that bought most.
    pub countries: Vec<ShareRow>,
    /// The newest orders.
    pub newest: Vec<OrderRow>,
}

impl OverviewPage {
    /// The page of an overview; `has_sandbox` where this shop takes no real money.
    #[must_use]
    pub fn new(layout: Layout, overview: &Overview, asked: &Asked, has_sandbox: bool, today: Span) -> Self {
        let (figures, span, is_play) = (&overview.figures, asked.span, !asked.livemode);
        let money = if is_play { "&money=sandbox" } else { "" };
        let days = format!("from={}&to={}", span.from, span.to);
        let choice = |(days, name): (u64, &'static str)| {
            let current = span == Span::last(days, today.to);
            (format!("/admin?days={days}&currency={}{money}#o-figures", figures.currency), name, current)
        };
        let total = figures.total();
        let moved = Moved {
            currency: figures.currency.clone(),
            in_minor: total.came_minor,
            out_minor: total.went_minor,
        };
        let other = if is_play { "" } else { "&money=sandbox" };
        Self {
            layout,
            findings: overview.findings.iter().map(FindingRow::from).collect(),
            open_findings: overview.open_findings,
            sums: overview.sums.iter().map(SumRow::from).collect(),
            spans: [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "12 months")].map(choice).to_vec(),
            currencies: figures
                .currencies
                .iter()
                .map(|code| {
                    let href = format!("/admin?{days}&currency={code}{money}#o-figures");
                    (href, code.clone(), *code == figures.currency)
                })
                .collect(),
            other_money: if has_sandbox || is_play {
                format!("/admin?{days}{other}#o-figures")
            } else {
                String::new()
            },
            from: span.from.to_string(),
            to: span.to.to_string(),
            currency: figures.currency.clone(),
            is_play,
            total: MovedRow::from(&moved),
            orders: total.orders,
            downloads: total.downloads,
            charts: charts::all(figures, span),
            titles: charts::titles(figures),
            countries: charts::countries(figures),
            newest: overview.newest.iter().map(OrderRow::from).collect(),
        }
    }
}
