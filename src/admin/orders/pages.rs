//! The pages about orders.

use askama::Template;

use super::dossier::{DisputeRow, Dossier, PaymentRow, RefundRow};
use super::links::{dashboard, orders_with};
use super::list::Filter;
use super::refund_plan::{self, Plan};
use super::timeline;
use crate::admin::pages::{FindingRow, OrderRow};
use crate::admin::words;
use crate::orders::history::Entry;
use crate::orders::payment::PaymentState;
use crate::orders::refund::RefundStatus;
use crate::orders::{LineItem, Order, OrderStatus};
use crate::pricing::reduction::Reduction;
use crate::web::pagination::Pagination;
use crate::web::{Layout, filters, show};

/// One choice of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: &'static str,
    /// What it is called.
    pub text: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// `templates/admin/orders.html`
#[derive(Debug, Template)]
#[template(path = "admin/orders.html")]
pub struct OrdersPage {
    /// The frame.
    pub layout: Layout,
    /// What was searched for.
    pub search: String,
    /// The states to choose from.
    pub statuses: Vec<Choice>,
    /// The orders of this page, newest first.
    pub orders: Vec<OrderRow>,
    /// The way to the others.
    pub pager: Pagination,
    /// The address of a page of this list, up to its number.
    pub address: String,
}

impl OrdersPage {
    /// What the list is narrowed to, as addresses have it with their question mark.
    #[must_use]
    pub fn query(&self) -> String {
        let from = self.address.find('?').unwrap_or(self.address.len());
        self.address
            .get(from..)
            .unwrap_or_default()
            .trim_end_matches("page=")
            .trim_end_matches('&')
            .to_owned()
    }

    /// The page of a list; `address` is its own without the page's number.
    #[must_use]
    pub fn new(layout: Layout, filter: &Filter, found: &[Entry], pager: Pagination, address: String) -> Self {
        let choice = |status: &OrderStatus| Choice {
            value: status.as_str(),
            text: words::status(*status).0,
            chosen: filter.status == Some(*status),
        };
        Self {
            layout,
            search: filter.search.clone(),
            statuses: OrderStatus::ALL.iter().map(choice).collect(),
            orders: found.iter().map(OrderRow::from).collect(),
            pager,
            address,
        }
    }
}

/// One book of an order.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// Its place in the order.
    pub place: usize,
    /// The title at the sale.
    pub title: String,
    /// What it cost.
    pub price: String,
    /// What was taken off its price; empty for nothing.
    pub discount: String,
    /// Why.
    pub because: String,
    /// What went back of it; empty for nothing.
    pub refunded: String,
    /// Since when it is closed; empty if it is open.
    pub closed: String,
    /// Whether it can be refunded.
    pub refundable: bool,
}

/// A line about money.
#[derive(Debug, Clone)]
pub struct MoneyRow {
    /// What: `Payment`, `Refund`, `Dispute`.
    pub what: &'static str,
    /// The gateway's id.
    pub id: String,
    /// Its page at the gateway; empty for none.
    pub link: String,
    /// How much.
    pub amount: String,
    /// Where it is, in a word.
    pub state: String,
    /// `good`, `bad`, `wait` or empty.
    pub look: &'static str,
    /// When, in UTC.
    pub when: String,
    /// More of it; empty for nothing.
    pub detail: String,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct HappeningRow {
    /// When, in UTC.
    pub at: String,
    /// A symbol.
    pub icon: &'static str,
    /// What.
    pub what: String,
    /// More of it.
    pub detail: String,
}

/// `templates/admin/order.html`
#[derive(Debug, Template)]
#[template(path = "admin/order.html")]
pub struct OrderPage {
    /// The frame.
    pub layout: Layout,
    /// The order in a row.
    pub order: OrderRow,
    /// The name of its account; empty for a guest.
    pub account: String,
    /// The list of this buyer's orders.
    pub buyers_orders: String,
    /// What was bought.
    pub items: Vec<ItemRow>,
    /// The sum of the prices.
    pub subtotal: String,
    /// What was taken off; empty for nothing.
    pub discount: String,
    /// What went back; empty for nothing.
    pub refunded: String,
    /// Payments, refunds and disputes.
    pub money: Vec<MoneyRow>,
    /// What is to be looked at.
    pub findings: Vec<FindingRow>,
    /// Notes, one a line.
    pub notes: Vec<String>,
    /// What happened, newest first.
    pub happenings: Vec<HappeningRow>,
    /// How many downloads there were.
    pub downloads: i64,
    /// Who takes the money.
    pub gateway: String,
    /// Whether any book can be refunded.
    pub can_refund: bool,
    /// Whether the gateway can be asked.
    pub can_ask: bool,
    /// Whether a receipt can be sent.
    pub can_send_receipt: bool,
    /// Whether it can be closed.
    pub can_cancel: bool,
}

/// Whether an order in this state has a receipt.
#[must_use]
pub const fn has_receipt(order: &Order) -> bool {
    order.paid_at.is_some()
}

impl OrderPage {
    /// The page of an order.
    #[must_use]
    pub fn new(layout: Layout, dossier: &Dossier) -> Self {
        let order = &dossier.order;
        let can_refund = refund_plan::is_possible(dossier);
        let titles: Vec<String> = dossier.items.iter().map(|item| item.title.clone()).collect();
        let back: i64 = dossier.items.iter().map(|item| item.refunded_minor).sum();
        let shown_if = |minor: i64| if minor == 0 { String::new() } else { order.shown(minor) };
        let mut happenings: Vec<HappeningRow> = timeline::of(dossier)
            .into_iter()
            .map(|happening| HappeningRow {
                at: show::moment(happening.at),
                icon: happening.icon,
                what: happening.what,
                detail: happening.detail,
            })
            .collect();
        happenings.reverse();
        Self {
            layout,
            order: OrderRow::new(order, &titles),
            account: dossier
                .account
                .as_ref()
                .map(|account| account.display_name().to_owned())
                .unwrap_or_default(),
            buyers_orders: orders_with(&order.email),
            items: item_rows(dossier, can_refund),
            subtotal: order.shown(order.subtotal_minor),
            discount: shown_if(order.discount_minor),
            refunded: shown_if(back),
            money: money_rows(dossier),
            findings: dossier
                .findings
                .iter()
                .filter(|finding| finding.resolved_at.is_none())
                .map(FindingRow::from)
                .collect(),
            notes: order.note.lines().map(str::to_owned).collect(),
            happenings,
            downloads: dossier.download_count,
            gateway: order.gateway.clone(),
            can_refund,
            can_ask: dossier.attempts.iter().any(|attempt| attempt.gateway_id.is_some()),
            can_send_receipt: has_receipt(order),
            can_cancel: matches!(order.status, OrderStatus::Pending | OrderStatus::Failed),
        }
    }
}

fn item_rows(dossier: &Dossier, can_refund: bool) -> Vec<ItemRow> {
    let order = &dossier.order;
    let shown_if = |minor: i64| if minor == 0 { String::new() } else { order.shown(minor) };
    let row = |(index, item): (usize, &LineItem)| ItemRow {
        place: index + 1,
        title: item.title.clone(),
        price: order.shown(item.price_minor),
        discount: shown_if(item.discount_minor),
        because: dossier.reductions.get(&item.id).map(Reduction::because).unwrap_or_default(),
        refunded: shown_if(item.refunded_minor),
        closed: item.refunded_at.map(show::date).unwrap_or_default(),
        refundable: can_refund && refund_plan::is_open(dossier, item),
    };
    dossier.items.iter().enumerate().map(row).collect()
}

fn money_rows(dossier: &Dossier) -> Vec<MoneyRow> {
    let payments = dossier.payments.iter().map(|payment| payment_row(&dossier.order, payment));
    let refunds = dossier.refunds.iter().map(|refund| refund_row(dossier, refund));
    let disputes = dossier.disputes.iter().map(|dispute| dispute_row(&dossier.order, dispute));
    payments.chain(refunds).chain(disputes).collect()
}

fn payment_row(order: &Order, payment: &PaymentRow) -> MoneyRow {
    let (state, look) = match payment.status {
        PaymentState::Processing => ("on its way", "wait"),
        PaymentState::Succeeded => ("came", "good"),
        PaymentState::Failed => ("did not come", "bad"),
    };
    MoneyRow {
        what: "Payment",
        id: payment.gateway_id.clone(),
        link: dashboard(&payment.gateway, order.livemode, &payment.gateway_id).unwrap_or_default(),
        amount: order.shown(payment.amount_minor),
        state: state.to_owned(),
        look,
        when: show::moment(payment.settled_at.unwrap_or(payment.created_at)),
        detail: String::new(),
    }
}

fn refund_row(dossier: &Dossier, refund: &RefundRow) -> MoneyRow {
    let (state, look) = match refund.status {
        RefundStatus::Requested => ("asked for", "wait"),
        RefundStatus::Pending => ("on its way", "wait"),
        RefundStatus::Succeeded => ("went back", ""),
        RefundStatus::Failed => ("failed", "bad"),
        RefundStatus::Cancelled => ("called off", "bad"),
    };
    let of = |item: &&LineItem| refund.items.contains(&item.id);
    let mut detail: Vec<String> = dossier.items.iter().filter(of).map(|item| item.title.clone()).collect();
    if !refund.reason.is_empty() {
        detail.push(refund.reason.clone());
    }
    MoneyRow {
        what: "Refund",
        id: refund.gateway_id.clone().unwrap_or_default(),
        link: String::new(),
        amount: dossier.order.shown(refund.amount_minor),
        state: state.to_owned(),
        look,
        when: show::moment(refund.updated_at),
        detail: detail.join(" · "),
    }
}

fn dispute_row(order: &Order, dispute: &DisputeRow) -> MoneyRow {
    MoneyRow {
        what: "Dispute",
        id: dispute.gateway_id.clone(),
        link: dashboard(&dispute.gateway, order.livemode, &dispute.gateway_id).unwrap_or_default(),
        amount: order.shown(dispute.amount_minor),
        state: words::dispute(dispute.state).0.to_owned(),
        look: words::dispute(dispute.state).1,
        when: show::moment(dispute.updated_at),
        detail: dispute.reason.clone(),
    }
}

/// A book that would be refunded.
#[derive(Debug, Clone)]
pub struct PlannedRow {
    /// Its place in the order.
    pub place: usize,
    /// Its title.
    pub title: String,
    /// What goes back for it.
    pub amount: String,
}

/// `templates/admin/refund.html`
#[derive(Debug, Template)]
#[template(path = "admin/refund.html")]
pub struct RefundPage {
    /// The frame.
    pub layout: Layout,
    /// The order's public id.
    pub order_id: String,
    /// Its number.
    pub number: String,
    /// Where the mail about it goes.
    pub email: String,
    /// What would be refunded.
    pub items: Vec<PlannedRow>,
    /// The sum.
    pub amount: String,
    /// The sum in minor units, for the form.
    pub amount_minor: i64,
    /// Why, as typed.
    pub reason: String,
    /// What is wrong with the form; empty for nothing.
    pub problem: String,
    /// Whether the money is real.
    pub livemode: bool,
}

impl RefundPage {
    /// The page of a plan.
    #[must_use]
    pub fn new(layout: Layout, order: &Order, plan: &Plan) -> Self {
        let row = |(place, item, part): &(usize, LineItem, i64)| PlannedRow {
            place: *place,
            title: item.title.clone(),
            amount: order.shown(*part),
        };
        Self {
            layout,
            order_id: order.public_id.clone(),
            number: order.number.clone(),
            email: order.email.clone(),
            items: plan.items.iter().map(row).collect(),
            amount: order.shown(plan.amount_minor),
            amount_minor: plan.amount_minor,
            reason: String::new(),
            problem: String::new(),
            livemode: order.livemode,
        }
    }
}
