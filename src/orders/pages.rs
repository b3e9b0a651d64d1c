//! An order's page, and the list of orders.

use askama::Template;

use super::gift_box::GiftBox;
use super::happenings::{self, Happening};
use super::history::Entry;
use super::papers::pages::{PaperLink, PapersBox};
use super::receipt::{Line, Receipt};
use super::waiver::Waiver;
use super::{Order, OrderStatus};
use crate::catalog::FormatRow;
use crate::db::Timestamp;
use crate::permission::Denial;
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters, show};

/// One book on a receipt.
#[derive(Debug, Clone)]
pub struct ReceiptLine {
    /// The title as at the sale.
    pub title: String,
    /// Its name in the address of its page.
    pub slug: String,
    /// Who wrote it.
    pub contributors: String,
    /// Its cover's id; empty without one.
    pub cover: String,
    /// What it cost.
    pub price: String,
    /// What it cost singly and why it cost less; empty where it did not.
    pub instead: String,
    /// The day it was refunded; empty if it wasn't.
    pub refunded: String,
    /// Why it can't be downloaded, beside what the order's own state says; empty if nothing stands in the way.
    pub closed: &'static str,
    /// What can be downloaded.
    pub files: Vec<FormatRow>,
}

/// An order as its page shows it.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// The public id.
    pub id: String,
    /// The number that people quote.
    pub number: String,
    /// Where the receipt went.
    pub email: String,
    /// When it was placed.
    pub placed: String,
    /// When it was paid; empty until it is.
    pub paid: String,
    /// Where it is, in the page's words.
    pub status: &'static str,
    /// What it holds.
    pub lines: Vec<ReceiptLine>,
    /// What was or is to be paid.
    pub total: String,
    /// What went back; empty for nothing.
    pub refunded_total: String,
    /// The tax in the total, in words; empty without any.
    pub tax: String,
    /// The books that it was for; empty where it was for none in particular.
    pub refunded_books: String,
    /// Since when it is where it is.
    pub since: String,
    /// What happened to its money, in the order of time.
    pub happenings: Vec<HappeningView>,
    /// The page that stands for the gateway's own site, where the sandbox is the gateway and something was paid.
    pub sandbox_url: String,
    /// How it was paid; empty until it is.
    pub payment: &'static str,
    /// Where the buyer's books are.
    pub library_url: &'static str,
}

/// `templates/orders/receipt.html`
#[derive(Debug, Template)]
#[template(path = "orders/receipt.html")]
pub struct ReceiptPage {
    /// The frame.
    pub layout: Layout,
    /// The order.
    pub order: OrderView,
    /// Whether it can be paid.
    pub can_pay: bool,
    /// Whether it can be given up.
    pub can_cancel: bool,
    /// The gift that it is, if it is one.
    pub gift: Option<GiftBox>,
    /// Its papers.
    pub papers: PapersBox,
    /// Whether somebody of the shop looks at its payment.
    pub is_reviewed: bool,
}

impl ReceiptPage {
    /// The page of an order at `now`.
    #[must_use]
    pub fn new(layout: Layout, receipt: &Receipt, now: Timestamp) -> Self {
        let order = &receipt.order;
        let papers = PapersBox {
            links: receipt.papers.iter().map(PaperLink::from).collect(),
            waiver: receipt.waiver.as_ref().map(Waiver::confirmation).unwrap_or_default(),
            withdrawal: layout.withdrawal && order.paid_at.is_some(),
        };
        Self {
            layout,
            papers,
            order: OrderView::new(receipt),
            can_pay: order.is_payable(now),
            can_cancel: order.status == OrderStatus::Pending,
            gift: receipt.gift.as_ref().map(|gift| GiftBox::new(gift, order, now)),
            is_reviewed: order.status == OrderStatus::NeedsReview,
        }
    }

    /// The same page while nobody knows yet what became of the payment.
    #[must_use]
    pub fn checking(layout: Layout, receipt: &Receipt, now: Timestamp) -> Self {
        let mut page = Self::new(layout, receipt, now);
        page.order.status = "checking";
        (page.can_pay, page.can_cancel) = (false, false);
        page
    }
}

impl OrderView {
    fn new(receipt: &Receipt) -> Self {
        let order = &receipt.order;
        let happenings = &receipt.happenings;
        Self {
            id: order.public_id.clone(),
            number: order.number.clone(),
            email: order.email.clone(),
            placed: moment(order.created_at),
            paid: order.paid_at.map(moment).unwrap_or_default(),
            status: page_status(order.status),
            lines: receipt.lines.iter().map(|line| ReceiptLine::new(order, line)).collect(),
            total: order.shown(order.total_minor + receipt.tax.added_tax_minor),
            tax: receipt.tax.in_words(order),
            refunded_total: happenings.returned.clone(),
            refunded_books: happenings::list(&happenings.returned_titles),
            since: moment(since(receipt)),
            happenings: happenings.all.iter().map(HappeningView::from).collect(),
            sandbox_url: match &receipt.paid_through {
                Some(checkout) if order.gateway == "sandbox" => format!("/sandbox/dashboard/{checkout}"),
                _ => String::new(),
            },
            payment: payment(receipt),
            library_url: "/library",
        }
    }
}

impl ReceiptLine {
    fn new(order: &Order, line: &Line) -> Self {
        let brief = line.book.as_ref();
        Self {
            title: line.item.title.clone(),
            slug: brief.map(|book| book.slug.clone()).unwrap_or_default(),
            contributors: brief.map(|book| book.contributors.clone()).unwrap_or_default(),
            cover: brief.map(|book| book.cover.clone()).unwrap_or_default(),
            price: order.shown(line.item.paid()),
            instead: if line.because.is_empty() {
                String::new()
            } else {
                format!("Instead of {}: {}", order.shown(line.item.price_minor), line.because)
            },
            refunded: line.item.refunded_at.map(show::date).unwrap_or_default(),
            closed: match line.closed {
                Some(Denial::Revoked | Denial::Blocked) => {
                    "The shop has closed this book for you; please write to us."
                }
                _ => "",
            },
            files: line.files.iter().map(FormatRow::from).collect(),
        }
    }
}

/// Since when an order is where it is.
fn since(receipt: &Receipt) -> Timestamp {
    let (order, happenings) = (&receipt.order, &receipt.happenings);
    let last = |is_return: bool| {
        happenings
            .all
            .iter()
            .rfind(|happening| happening.is_return == is_return)
            .map(|happening| happening.at)
    };
    let found = match order.status {
        OrderStatus::Paid => order.paid_at,
        OrderStatus::PartiallyRefunded | OrderStatus::Refunded | OrderStatus::ChargedBack => last(true),
        OrderStatus::Disputed => happenings.disputed_at,
        OrderStatus::Processing | OrderStatus::Failed | OrderStatus::NeedsReview => last(false),
        OrderStatus::Pending => Some(order.created_at),
        // Its page may have been closed before its time: the cart was another one then.
        OrderStatus::Expired => order.expires_at.map(|until| until.min(order.updated_at)),
        OrderStatus::Cancelled => None,
    };
    found.unwrap_or(order.updated_at)
}

/// One thing that happened to the money.
#[derive(Debug, Clone)]
pub struct HappeningView {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// How much.
    pub amount: String,
}

impl From<&Happening> for HappeningView {
    fn from(happening: &Happening) -> Self {
        let sign = if happening.is_return { "−" } else { "" };
        Self {
            when: moment(happening.at),
            what: happening.what.clone(),
            amount: format!("{sign}{}", happening.amount),
        }
    }
}

/// A moment: `1 March 2026, 12:00 UTC`.
fn moment(time: Timestamp) -> String {
    format!("{}, {} UTC", show::date(time), time.format("%H:%M"))
}

/// An order that an admin has to look at is, to its buyer, one that is being checked.
const fn page_status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::NeedsReview => "checking",
        other => other.as_str(),
    }
}

fn payment(receipt: &Receipt) -> &'static str {
    match &receipt.payment {
        Some(_) if !receipt.order.livemode => "in the sandbox: no real money",
        _ => "",
    }
}

/// One order in the list.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// The public id.
    pub id: String,
    /// The number that people quote.
    pub number: String,
    /// The day it was placed.
    pub placed: String,
    /// What it holds, in a few words.
    pub books: String,
    /// What was or is to be paid.
    pub total: String,
    /// Where it is, in the page's words.
    pub status: &'static str,
    /// The same for people.
    pub status_text: &'static str,
    /// Whether there is an invoice.
    pub has_invoice: bool,
}

impl From<&Entry> for OrderRow {
    fn from(entry: &Entry) -> Self {
        let order = &entry.order;
        let books = match entry.titles.as_slice() {
            [] => String::new(),
            [only] => only.clone(),
            [first, second] => format!("{first} and {second}"),
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        };
        Self {
            id: order.public_id.clone(),
            number: order.number.clone(),
            placed: show::date(order.created_at),
            books,
            total: order.shown(order.total_minor),
            status: page_status(order.status),
            status_text: status_text(order.status),
            has_invoice: entry.has_invoice,
        }
    }
}

const fn status_text(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => "Not paid yet",
        OrderStatus::Processing => "Payment on its way",
        OrderStatus::Paid => "Paid",
        OrderStatus::PartiallyRefunded => "Partly refunded",
        OrderStatus::Refunded => "Refunded",
        OrderStatus::Disputed => "Disputed",
        OrderStatus::ChargedBack => "Taken back",
        OrderStatus::Failed => "Payment failed",
        OrderStatus::Expired => "Lapsed",
        OrderStatus::Cancelled => "Cancelled",
        OrderStatus::NeedsReview => "Being checked",
    }
}

/// `templates/orders/history.html`
#[derive(Debug, Template)]
#[template(path = "orders/history.html")]
pub struct HistoryPage {
    /// The frame.
    pub layout: Layout,
    /// The orders of this page, newest first.
    pub orders: Vec<OrderRow>,
    /// The way to the others.
    pub pager: Pagination,
}
