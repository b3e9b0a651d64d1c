//! The routes about findings.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{get, post, routes};

use super::forms::RepairForm;
use super::pages::{FindingPage, FindingsPage, Subject};
use super::repair::{self, Repair, RepairError, Wish};
use crate::accounts::Account;
use crate::admin::act::Doing;
use crate::admin::guards::Desk;
use crate::admin::pages::FindingRow;
use crate::admin::words;
use crate::orders::{Finding, LineItem, Order};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Flash, Html, Layout};

/// How many findings a page has.
const PER_PAGE: u32 = 50;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Findings.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: findings", |rocket| async {
        rocket.mount("/admin/findings", routes![list, show, mend])
    })
}

/// Those that are open, the oldest first, or those that are closed, the newest first.
#[get("/?<closed>&<page>")]
async fn list(
    desk: Desk,
    layout: Layout,
    closed: Option<bool>,
    page: Option<u32>,
) -> web::Result<Html<FindingsPage>> {
    let closed = closed == Some(true);
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(Finding::count(conn, closed)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let found = Finding::page(conn, closed, pager.offset(), i64::from(PER_PAGE))?;
        Ok::<_, diesel::result::Error>((found, pager))
    });
    let (found, pager) = read.await?;
    let address = if closed { "/admin/findings?closed=true&page=" } else { "/admin/findings?page=" };
    let findings = found.iter().map(FindingRow::from).collect();
    Ok(Html::ok(FindingsPage { layout, closed, findings, pager, address }))
}

/// One finding, with what can be done.
#[get("/<id>")]
async fn show(desk: Desk, layout: Layout, id: &str) -> web::Result<Html<FindingPage>> {
    let subject = subject(&desk, id).await?;
    Ok(Html::ok(page(&desk, layout, &subject)))
}

/// Does something about it.
#[post("/<id>", data = "<form>")]
async fn mend(
    desk: Desk,
    layout: Layout,
    id: &str,
    form: Form<RepairForm<'_>>,
) -> web::Result<Result<FlashRedirect, Html<FindingPage>>> {
    let subject = subject(&desk, id).await?;
    let finding = &subject.finding;
    let here = format!("/admin/findings/{id}");
    if finding.resolved_at.is_some() {
        return Ok(Ok(Flash::info("This finding is closed already.").to(here)));
    }
    let Some(repair) = form.repair.parse::<Repair>().ok().filter(|one| Repair::of(finding).contains(one))
    else {
        return Err(web::Error::unprocessable("This can't be done about this finding."));
    };
    let reason = form.reason.trim();
    let complain = |complaint: &str| {
        let page = page(&desk, layout, &subject).with_complaint(repair.as_str(), form.reason, complaint);
        Ok(Err(Html::unprocessable(page)))
    };
    if reason.chars().count() > LONGEST_REASON {
        return complain("Please say it in 500 characters.");
    }
    if repair.wants_reason() && reason.is_empty() {
        return complain(&RepairError::NoReason.to_string());
    }
    if repair == Repair::Assign && form.items.is_empty() {
        return complain(&RepairError::NoBook.to_string());
    }
    let doing = Doing {
        kind: repair.act(),
        order: finding.order_id,
        subject: match &subject.order {
            Some(order) => format!("{} (order {})", words::finding(finding.kind), order.number),
            None => format!("{} ({})", words::finding(finding.kind), finding.subject),
        },
        detail: reason.to_owned(),
    };
    let wish = Wish { repair, by: desk.admin.id, reason: reason.to_owned(), places: form.items.clone() };
    let done = desk.noting(doing, String::clone, repair::carry_out(&desk.till, finding, wish)).await;
    Ok(Ok(match done {
        Ok(sentence) => Flash::success(sentence),
        Err(RepairError::Database(cause)) => return Err(cause.into()),
        Err(error) => Flash::error(error.to_string()),
    }
    .to(here)))
}

fn page(desk: &Desk, layout: Layout, subject: &Subject) -> FindingPage {
    FindingPage::new(layout, subject, desk.till.gateway.name(), desk.till.gateway.livemode())
}

async fn subject(desk: &Desk, id: &str) -> web::Result<Subject> {
    let id = id.to_owned();
    let read = desk.till.db.read(move |conn| {
        let Some(finding) = Finding::find_by_public_id(conn, &id)? else { return Ok(None) };
        let order = match finding.order_id {
            Some(order) => Order::find(conn, order)?,
            None => None,
        };
        let items = match &order {
            Some(order) => LineItem::of_order(conn, order.id)?,
            None => Vec::new(),
        };
        let resolved_by = match finding.resolved_by {
            Some(account) => Account::find(conn, account)?.map(|account| account.email).unwrap_or_default(),
            None => String::new(),
        };
        Ok::<_, diesel::result::Error>(Some(Subject { finding, order, items, resolved_by }))
    });
    read.await?.or_not_found()
}
