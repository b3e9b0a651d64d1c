//! The pages about accounts.

use askama::Template;

use super::dossier::{Dossier, DownloadRow, GiftRow, SHOWN};
use super::list::{Entry, Filter, Standing};
use crate::accounts::{Account, Role, Session};
use crate::admin::access::pages::OverrideRow;
use crate::admin::log::pages::ActRow;
use crate::admin::orders::links::orders_with;
use crate::admin::pages::OrderRow;
use crate::admin::words;
use crate::web::pagination::Pagination;
use crate::web::{Errors, Layout, filters, show};

/// An account in a list.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// The public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What it may do, if more than buy.
    pub role: &'static str,
    /// `Blocked`, `Not proved` or empty.
    pub standing: &'static str,
    /// Since when it is there.
    pub since: String,
    /// How many orders it has.
    pub orders: i64,
    /// When it placed the newest; empty for none.
    pub last_order: String,
}

/// What keeps an account from signing in, in a word or two.
pub const fn standing(account: &Account) -> &'static str {
    match (account.blocked_at, account.email_confirmed_at) {
        (Some(_), _) => "Blocked",
        (None, None) => "Not proved",
        _ => "",
    }
}

/// What an account may do, if it is more than a customer's.
pub const fn role(account: &Account) -> &'static str {
    match account.role {
        Role::Customer => "",
        role => words::role(role),
    }
}

impl From<&Entry> for AccountRow {
    fn from(entry: &Entry) -> Self {
        let account = &entry.account;
        Self {
            id: account.public_id.clone(),
            name: account.display_name().to_owned(),
            email: account.email.clone(),
            role: role(account),
            standing: standing(account),
            since: show::date(account.created_at),
            orders: entry.orders,
            last_order: entry.last_order.map(show::date).unwrap_or_default(),
        }
    }
}

/// `templates/admin/customers.html`
#[derive(Debug, Template)]
#[template(path = "admin/customers.html")]
pub struct CustomersPage {
    /// The frame.
    pub layout: Layout,
    /// What was searched for.
    pub search: String,
    /// `blocked`, `unproved` or empty.
    pub standing: &'static str,
    /// The accounts of this page, the newest first.
    pub accounts: Vec<AccountRow>,
    /// How many guest orders fit the search; 0 when nothing was searched for.
    pub guest_orders: i64,
    /// The list of these.
    pub guests: String,
    /// The way to the others.
    pub pager: Pagination,
    /// The address of a page of this list, up to its number.
    pub address: String,
}

impl CustomersPage {
    /// The page of a list.
    #[must_use]
    pub fn new(
        layout: Layout,
        filter: &Filter,
        found: &[Entry],
        guest_orders: i64,
        pager: Pagination,
    ) -> Self {
        let standing = filter.standing.map_or("", Standing::as_str);
        let query = words::encoded(&filter.search);
        Self {
            // The frame's own search field is for the shop.
            layout: Layout { search: String::new(), ..layout },
            search: filter.search.clone(),
            standing,
            accounts: found.iter().map(AccountRow::from).collect(),
            guest_orders,
            guests: orders_with(&filter.search),
            pager,
            address: format!("/admin/customers?q={query}&standing={standing}&page="),
        }
    }
}

/// A browser that is signed in.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// What it calls itself, shortened.
    pub device: String,
    /// When it signed in, in UTC.
    pub since: String,
    /// When it was last used, to the hour.
    pub last_seen: String,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            device: session.user_agent.clone(),
            since: show::moment(session.created_at),
            last_seen: show::moment(session.last_seen_at),
        }
    }
}

/// A line of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerRow {
    /// When, in UTC.
    pub at: String,
    /// The book.
    pub title: String,
    /// The file.
    pub file: String,
    /// Whether it was handed out.
    pub allowed: bool,
    /// Why, or why not, in words.
    pub reason: String,
    /// Which part of it was asked for; empty for all.
    pub range: String,
}

impl From<&DownloadRow> for LedgerRow {
    fn from(row: &DownloadRow) -> Self {
        Self {
            at: show::moment(row.at),
            title: row.title.clone(),
            file: row.file.clone(),
            allowed: row.allowed,
            reason: words::ledger(&row.reason).to_owned(),
            range: row.range.clone().unwrap_or_default(),
        }
    }
}

/// A gift that the account keeps.
#[derive(Debug, Clone)]
pub struct KeptGift {
    /// The public id of its order.
    pub order: String,
    /// The order's number.
    pub number: String,
    /// Who gave it.
    pub giver: String,
    /// Since when.
    pub since: String,
}

impl From<&GiftRow> for KeptGift {
    fn from(row: &GiftRow) -> Self {
        Self {
            order: row.order.clone(),
            number: row.number.clone(),
            giver: row.giver.clone(),
            since: row.claimed_at.map(show::date).unwrap_or_default(),
        }
    }
}

/// `templates/admin/customer.html`
#[derive(Debug, Template)]
#[template(path = "admin/customer.html")]
pub struct CustomerPage {
    /// The frame.
    pub layout: Layout,
    /// The public id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The address, as part of another address.
    pub email_encoded: String,
    /// What the account may do, in a word.
    pub role: &'static str,
    /// `Blocked`, `Not proved` or empty.
    pub standing: &'static str,
    /// Since when it is kept out; empty while it is not.
    pub blocked: String,
    /// Why.
    pub blocked_reason: String,
    /// When the account was made.
    pub since: String,
    /// When its address was proved; empty while it is not.
    pub proved: String,
    /// Whether it is the admin's own, who can't keep themselves out.
    pub is_own: bool,
    /// The browsers that are signed in.
    pub sessions: Vec<SessionRow>,
    /// The newest orders.
    pub orders: Vec<OrderRow>,
    /// How many there are.
    pub order_count: i64,
    /// The list of all orders with this address.
    pub all_orders: String,
    /// The newest gifts that it keeps.
    pub gifts: Vec<KeptGift>,
    /// The newest lines of the ledger.
    pub downloads: Vec<LedgerRow>,
    /// How many there are.
    pub download_count: i64,
    /// What admins said about single books.
    pub overrides: Vec<OverrideRow>,
    /// What admins did to it.
    pub acts: Vec<ActRow>,
    /// How many of each are shown.
    pub shown: i64,
    /// The reason for a block, as typed.
    pub reason: String,
    /// What is wrong with it.
    pub errors: Errors,
}

impl CustomerPage {
    /// The page of an account.
    #[must_use]
    pub fn new(layout: Layout, dossier: &Dossier, admin: &Account) -> Self {
        let account = &dossier.account;
        Self {
            layout,
            id: account.public_id.clone(),
            name: account.display_name().to_owned(),
            email: account.email.clone(),
            email_encoded: words::encoded(&account.email),
            role: words::role(account.role),
            standing: standing(account),
            blocked: account.blocked_at.map(show::moment).unwrap_or_default(),
            blocked_reason: account.blocked_reason.clone(),
            since: show::moment(account.created_at),
            proved: account.email_confirmed_at.map(show::moment).unwrap_or_default(),
            is_own: account.id == admin.id,
            sessions: dossier.sessions.iter().map(SessionRow::from).collect(),
            orders: dossier.orders.iter().map(OrderRow::from).collect(),
            order_count: dossier.order_count,
            all_orders: orders_with(&account.email),
            gifts: dossier.gifts.iter().map(KeptGift::from).collect(),
            downloads: dossier.downloads.iter().map(LedgerRow::from).collect(),
            download_count: dossier.download_count,
            overrides: dossier.overrides.iter().map(OverrideRow::from).collect(),
            acts: dossier.acts.iter().map(|act| ActRow::from((act.clone(), None))).collect(),
            shown: SHOWN,
            reason: String::new(),
            errors: Errors::none(),
        }
    }
}
