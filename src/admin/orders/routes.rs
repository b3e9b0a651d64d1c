//! The routes about orders. Every act is kept with who did it, and doing it twice does it once.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{get, post, routes};

use super::dossier::Dossier;
use super::forms::RefundForm;
use super::links::orders_with;
use super::list::Filter;
use super::pages::{OrderPage, OrdersPage, RefundPage, has_receipt};
use super::refund_plan::{Places, Plan};
use crate::admin::act::{ActKind, Doing};
use crate::admin::guards::Desk;
use crate::admin::words;
use crate::checkout::close::{self, Because, CloseError};
use crate::checkout::fulfil::SyncError;
use crate::checkout::{ask, receipt};
use crate::downloads::Delivered;
use crate::orders::refund::{self, RefundError};
use crate::orders::{Order, OrderStatus};
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::pagination::Pagination;
use crate::web::{self, Flash, Html, Layout};

/// How many orders a page of the list has.
const PER_PAGE: u32 = 50;

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Orders.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: orders", |rocket| async {
        rocket.mount(
            "/admin/orders",
            routes![list, show, plan_refund, give_back, sync, send_receipt, cancel, forgive],
        )
    })
}

/// The orders that fit, newest first.
#[get("/?<q>&<status>&<page>")]
async fn list(
    desk: Desk,
    layout: Layout,
    q: Option<&str>,
    status: Option<&str>,
    page: Option<u32>,
) -> web::Result<Html<OrdersPage>> {
    let filter = Filter {
        search: q.unwrap_or_default().trim().to_owned(),
        status: status.and_then(|status| status.parse().ok()),
    };
    let asked = filter.clone();
    let read = desk.till.db.read(move |conn| {
        let total = u64::try_from(asked.count(conn)?).unwrap_or(0);
        let pager = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
        let found = asked.page(conn, pager.offset(), i64::from(PER_PAGE))?;
        Ok::<_, diesel::result::Error>((found, pager))
    });
    let (found, pager) = read.await?;
    let search = orders_with(&filter.search);
    let status = filter.status.map_or("", OrderStatus::as_str);
    let address = format!("{search}&status={status}&page=");
    // The frame's own search field is for the shop.
    let layout = Layout { search: String::new(), ..layout };
    Ok(Html::ok(OrdersPage::new(layout, &filter, &found, pager, address)))
}

/// All about one order.
#[get("/<id>")]
async fn show(desk: Desk, layout: Layout, id: &str) -> web::Result<Html<OrderPage>> {
    let dossier = dossier(&desk, id).await?;
    Ok(Html::ok(OrderPage::new(layout, &dossier)))
}

/// What a refund would give back, to be confirmed.
#[get("/<id>/refund?<item>&<all>")]
async fn plan_refund(
    desk: Desk,
    layout: Layout,
    id: &str,
    item: Vec<usize>,
    all: Option<bool>,
) -> web::Result<Result<Html<RefundPage>, FlashRedirect>> {
    let dossier = dossier(&desk, id).await?;
    let places = (all != Some(true)).then(|| Places::new(item));
    if places.as_ref().is_some_and(Places::is_empty) {
        return Ok(Err(Flash::error("Please choose at least one book.").to(page_of(id))));
    }
    let order = dossier.order.clone();
    Ok(match plan(&desk, dossier, places).await {
        Ok(plan) => Ok(Html::ok(RefundPage::new(layout, &order, &plan))),
        Err(RefundError::Database(cause)) => return Err(cause.into()),
        Err(error) => Err(Flash::error(error.to_string()).to(page_of(id))),
    })
}

/// Gives the money back.
#[post("/<id>/refund", data = "<form>")]
async fn give_back(
    desk: Desk,
    layout: Layout,
    id: &str,
    form: Form<RefundForm<'_>>,
) -> web::Result<Result<FlashRedirect, Html<RefundPage>>> {
    let dossier = dossier(&desk, id).await?;
    let order = &dossier.order.clone();
    let plan = match plan(&desk, dossier, Some(Places::new(form.items.clone()))).await {
        Ok(plan) => plan,
        Err(RefundError::Database(cause)) => return Err(cause.into()),
        Err(error) => return Ok(Ok(Flash::error(error.to_string()).to(page_of(id)))),
    };
    let reason = form.reason.trim();
    let problem = if plan.amount_minor != form.amount {
        "The sum has changed meanwhile. Please look at it again."
    } else if reason.chars().count() > LONGEST_REASON {
        "Please say it in 500 characters."
    } else {
        ""
    };
    if !problem.is_empty() {
        let page = RefundPage::new(layout, order, &plan);
        let page = RefundPage { reason: form.reason.to_owned(), problem: problem.to_owned(), ..page };
        return Ok(Err(Html::unprocessable(page)));
    }
    let amount = order.shown(plan.amount_minor);
    let mut detail = format!("{amount} for {}", plan.titles());
    if !reason.is_empty() {
        detail.push_str(&format!(": {reason}"));
    }
    let doing = doing(ActKind::Refund, order, detail);
    let work = refund::refund(&desk.till, order.id, plan.what(), reason);
    let done = desk.noting(doing, |status| format!("The order is {}", words::status(*status).0), work).await;
    Ok(Ok(match done {
        Ok(_) => Flash::success(format!("{amount} goes back, and access to these books is closed.")),
        Err(RefundError::Database(cause)) => return Err(cause.into()),
        Err(error @ RefundError::Waiting(_)) => Flash::info(error.to_string()),
        Err(error) => Flash::error(error.to_string()),
    }
    .to(page_of(id))))
}

/// Asks the gateway what became of the order.
#[post("/<id>/sync")]
async fn sync(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let order = order(&desk, id).await?;
    let doing = doing(ActKind::Sync, &order, String::new());
    let said = |moved: &usize| if *moved == 0 { "Nothing new" } else { "The order has moved" }.to_owned();
    Ok(match desk.noting(doing, said, ask::about(&desk.till, order.id)).await {
        Ok(0) => Flash::info("The gateway says nothing new."),
        Ok(_) => Flash::success("The gateway had news: the order is where it belongs now."),
        Err(SyncError::Database(cause)) => return Err(cause.into()),
        Err(error) => Flash::error(format!("It could not be found out just now: {error}.")),
    }
    .to(page_of(id)))
}

/// Sends the receipt once more.
#[post("/<id>/receipt")]
async fn send_receipt(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let order = order(&desk, id).await?;
    if !has_receipt(&order) {
        return Ok(Flash::error("An order that was never paid has no receipt.").to(page_of(id)));
    }
    let doing = doing(ActKind::Receipt, &order, format!("to {}", order.email));
    let (till, now, email) = (desk.till.clone(), desk.now(), order.email.clone());
    let work = desk.till.db.write(move |conn| receipt::send_again(conn, &till, &order, now));
    desk.noting::<(), diesel::result::Error>(doing, |()| "It waits in the outbox".to_owned(), work).await?;
    Ok(Flash::success(format!("The receipt goes to {email} once more.")).to(page_of(id)))
}

/// Closes an order that nobody has paid. Money that was faster wins.
#[post("/<id>/cancel")]
async fn cancel(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let order = order(&desk, id).await?;
    let doing = doing(ActKind::Cancel, &order, String::new());
    let said = |status: &OrderStatus| format!("The order is {}", words::status(*status).0);
    let done = desk.noting(doing, said, close::close(&desk.till, order.id, Because::Cancelled)).await;
    Ok(match done {
        Ok(OrderStatus::Cancelled | OrderStatus::Expired) => {
            Flash::success("The order is closed. Nothing was charged.")
        }
        Ok(_) => Flash::info("This order can’t be closed any more."),
        Err(CloseError::Database(cause)) => return Err(cause.into()),
        Err(error) => Flash::error(error.to_string()),
    }
    .to(page_of(id)))
}

/// Takes the downloads so far out of the buyer's count, where the shop limits them.
#[post("/<id>/downloads")]
async fn forgive(desk: Desk, id: &str) -> web::Result<FlashRedirect> {
    let order = order(&desk, id).await?;
    let doing = doing(ActKind::Forgive, &order, String::new());
    let (now, order) = (desk.now(), order.id);
    let work = desk.till.db.write(move |conn| Delivered::forgive(conn, order, now));
    let said = |count: &usize| format!("{count} downloads count no longer");
    desk.noting::<usize, diesel::result::Error>(doing, said, work).await?;
    Ok(Flash::success("The downloads so far count no longer.").to(page_of(id)))
}

fn page_of(id: &str) -> String {
    format!("/admin/orders/{id}")
}

fn doing(kind: ActKind, order: &Order, detail: String) -> Doing {
    Doing { kind, order: Some(order.id), subject: format!("Order {}", order.number), detail }
}

async fn order(desk: &Desk, id: &str) -> web::Result<Order> {
    let id = id.to_owned();
    desk.till.db.read(move |conn| Order::find_by_public_id(conn, &id)).await?.or_not_found()
}

async fn plan(desk: &Desk, dossier: Dossier, places: Option<Places>) -> Result<Plan, RefundError> {
    desk.till.db.read(move |conn| Plan::load(conn, &dossier, places.as_ref())).await
}

async fn dossier(desk: &Desk, id: &str) -> web::Result<Dossier> {
    let id = id.to_owned();
    let read = desk.till.db.read(move |conn| match Order::find_by_public_id(conn, &id)? {
        Some(order) => Dossier::load(conn, order).map(Some),
        None => Ok(None),
    });
    read.await?.or_not_found()
}
