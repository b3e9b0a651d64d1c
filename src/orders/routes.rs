//! Orders, as their buyers reach them. Who may not see an order is told that there is none.

use rocket::fairing::AdHoc;
use rocket::http::CookieJar;
use rocket::response::{Redirect, Responder};
use rocket::{State, get, post, routes};

use super::guards::remember;
use super::pages::{HistoryPage, OrderRow, ReceiptPage};
use super::receipt::Receipt;
use super::responder::{Opened, Shown};
use super::{Order, OrderStatus, history, papers};
use crate::accounts::guards::SignedIn;
use crate::checkout::Till;
use crate::checkout::close::{self, Because, CloseError};
use crate::checkout::start::{self, Next, StartError};
use crate::ids::Token;
use crate::permission::Viewer;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::languages::Languages;
use crate::web::pagination::Pagination;
use crate::web::{self, Flash, Html, Layout};

/// How many orders a page of the list has.
const PER_PAGE: u32 = 20;

/// After how many seconds a page that waits for news looks again.
const LOOK_AGAIN: u32 = 5;

/// The orders.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("orders", |rocket| async {
        rocket
            .mount("/orders", routes![list, show, open, come_back, pay, cancel])
            .mount("/orders", papers::routes::routes())
    })
}

/// The orders of the signed-in account.
#[get("/?<page>")]
async fn list(
    page: Option<u32>,
    layout: Layout,
    account: SignedIn,
    till: &State<Till>,
) -> web::Result<Html<HistoryPage>> {
    let account = account.0.id;
    let (entries, pages) = till
        .db
        .read(move |conn| {
            let total = u64::try_from(history::count(conn, account)?).unwrap_or(0);
            let pages = Pagination::new(page.unwrap_or(1), PER_PAGE, total);
            let entries = history::page(conn, account, pages.offset(), i64::from(PER_PAGE))?;
            Ok::<_, diesel::result::Error>((entries, pages))
        })
        .await?;
    let orders = entries.iter().map(OrderRow::from).collect();
    Ok(Html::ok(HistoryPage { layout, orders, pager: pages }))
}

/// An order's page: its receipt, in every state.
#[get("/<id>")]
async fn show(id: &str, layout: Layout, viewer: Viewer, till: &State<Till>) -> web::Result<Shown> {
    let receipt = receipt(till, viewer, id).await?;
    let is_processing = receipt.order.status == OrderStatus::Processing;
    let page = ReceiptPage::new(layout, &receipt, till.clock.now());
    if is_processing {
        return Ok(Shown::again(page, LOOK_AGAIN, &format!("/orders/{id}/return")));
    }
    Ok(Shown::once(page))
}

/// Where the gateway sends the buyer back to. The address proves nothing: the gateway is asked.
#[get("/<id>/return", rank = 1)]
async fn come_back(
    id: &str,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Result<Redirect, Shown>> {
    let order = find(till, viewer.clone(), id).await?;
    let answered = close::follow_all(till, order.id).await;
    let receipt = receipt(till, viewer, id).await?;
    if answered || !receipt.is_waiting() {
        return Ok(Ok(Redirect::to(format!("/orders/{id}"))));
    }
    let page = ReceiptPage::checking(layout, &receipt, till.clock.now());
    Ok(Err(Shown::again(page, LOOK_AGAIN, &format!("/orders/{id}/return"))))
}

/// A mail's link: the browser keeps the key and goes on to the clean address, or to the order's invoice.
#[get("/open/<token>?<to>")]
async fn open(
    token: &str,
    to: Option<&str>,
    cookies: &CookieJar<'_>,
    till: &State<Till>,
) -> web::Result<Opened> {
    let no_order = || {
        web::Error::not_found().with_message(
            "This link opens no order. Please copy it whole from the newest mail about your order.",
        )
    };
    let token = Token::parse(token).ok_or_else(no_order)?;
    let hash = token.hash();
    let order = till.db.read(move |conn| Order::of_token(conn, &hash)).await?.ok_or_else(no_order)?;
    remember(cookies, &till.base_url, &token);
    let page = if to == Some("invoice") { "/invoice" } else { "" };
    Ok(Opened(Redirect::to(format!("/orders/{}{page}", order.public_id))))
}

/// A redirect, with or without a word.
#[derive(Responder)]
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
enum Onward {
    Go(Redirect),
    Told(FlashRedirect),
}

/// Sends the buyer of an unpaid order to the gateway's page again.
#[post("/<id>/pay")]
async fn pay(id: &str, viewer: Viewer, languages: Languages, till: &State<Till>) -> web::Result<Onward> {
    let order = find(till, viewer, id).await?;
    let page = format!("/orders/{id}");
    Ok(match start::resume(till, &order, &languages.0).await {
        Ok(Next::Pay(url)) => Onward::Go(Redirect::to(till.base_url.path_of(&url))),
        Ok(Next::Order) => Onward::Go(Redirect::to(page)),
        Ok(Next::Unanswered(_)) => Onward::Told(
            Flash::error(
                "The payment provider doesn’t answer just now. Nothing was charged; you can try again here.",
            )
            .to(page),
        ),
        Err(StartError::Database(cause)) => return Err(cause.into()),
        Err(refused) => Onward::Told(Flash::info(refused.to_string()).to(page)),
    })
}

/// Gives an unpaid order up. Money that was faster wins.
#[post("/<id>/cancel")]
async fn cancel(id: &str, viewer: Viewer, till: &State<Till>) -> web::Result<FlashRedirect> {
    let order = find(till, viewer, id).await?;
    let page = format!("/orders/{id}");
    Ok(match close::close(till, order.id, Because::Cancelled).await {
        Ok(OrderStatus::Cancelled) => Flash::success("The order is cancelled. Nothing was charged.").to(page),
        Ok(_) => Flash::info("This order can’t be cancelled any more.").to(page),
        Err(CloseError::Database(cause)) => return Err(cause.into()),
        Err(error) => Flash::error(error.to_string()).to(page),
    })
}

async fn find(till: &Till, viewer: Viewer, id: &str) -> web::Result<Order> {
    let id = id.to_owned();
    till.db.read(move |conn| Order::visible_to(conn, &viewer, &id)).await?.or_not_found()
}

async fn receipt(till: &Till, viewer: Viewer, id: &str) -> web::Result<Receipt> {
    let id = id.to_owned();
    let receipt = till.db.read(move |conn| match Order::visible_to(conn, &viewer, &id)? {
        Some(order) => Receipt::load(conn, order).map(Some),
        None => Ok(None),
    });
    receipt.await?.or_not_found()
}
