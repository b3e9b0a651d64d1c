//! The routes about an order's address.

use diesel::QueryResult;
use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::{State, get, post, routes};

use super::forms::AddressForm;
use super::pages::AddressPage;
use crate::accounts::{Account, EmailAddress};
use crate::admin::act::{ActKind, Change, Doing};
use crate::admin::guards::Desk;
use crate::checkout::readdress::{self, ReaddressError};
use crate::jobs::Jobs;
use crate::mail;
use crate::orders::Order;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Errors, Flash, Html, Layout};

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Another address.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("back office: addresses", |rocket| async {
        rocket.mount("/admin/orders", routes![form, change])
    })
}

async fn find(desk: &Desk, id: &str) -> web::Result<(Order, Option<Account>)> {
    let id = id.to_owned();
    let read = desk.till.db.read(move |conn| {
        let Some(order) = Order::find_by_public_id(conn, &id)? else { return Ok(None) };
        let account = match order.account_id {
            Some(account) => Account::find(conn, account)?,
            None => None,
        };
        QueryResult::Ok(Some((order, account)))
    });
    read.await?.or_not_found()
}

/// Asks for the new address.
#[get("/<id>/address")]
async fn form(desk: Desk, layout: Layout, id: &str) -> web::Result<Html<AddressPage>> {
    let (order, account) = find(&desk, id).await?;
    Ok(Html::ok(AddressPage::new(layout, &order, account.as_ref())))
}

/// Changes it: the old links die, and the receipt goes to the new address.
#[post("/<id>/address", data = "<form>")]
async fn change(
    desk: Desk,
    layout: Layout,
    id: &str,
    form: Form<AddressForm<'_>>,
    jobs: &State<Jobs>,
) -> web::Result<Result<FlashRedirect, Html<AddressPage>>> {
    let (order, account) = find(&desk, id).await?;
    let reason = form.reason.trim();
    let refused = |errors: Errors| {
        let page = AddressPage::new(layout, &order, account.as_ref());
        let (email, reason) = (form.email.to_owned(), form.reason.to_owned());
        Html::unprocessable(AddressPage { email, reason, errors, ..page })
    };
    let email = match form.email.parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => return Ok(Err(refused(Errors::at("email", error.to_string())))),
    };
    if reason.chars().count() > LONGEST_REASON {
        return Ok(Err(refused(Errors::at("reason", "Please say it in 500 characters."))));
    }
    let doing = Doing {
        kind: ActKind::Address,
        order: Some(order.id),
        subject: order.number.clone(),
        detail: reason.to_owned(),
    };
    let change = Change::new(order.email.clone(), email.as_str());
    let (till, row, take_out, now) = (desk.till.clone(), order.id, form.take_out, desk.now());
    let work = desk.till.db.write(move |conn| readdress::readdress(conn, &till, row, &email, take_out, now));
    let said = |_: &Order| "The old links open nothing; the receipt waits in the outbox".to_owned();
    let done = desk.noting_change(doing, change, said, work).await;
    jobs.wake(mail::TASK);
    Ok(match done {
        Ok(order) => {
            let news =
                format!("The receipt goes to {} with a new link; the old links open nothing.", order.email);
            Ok(Flash::success(news).to(format!("/admin/orders/{}", order.public_id)))
        }
        Err(ReaddressError::Database(cause)) => return Err(cause.into()),
        Err(refusal @ ReaddressError::InAccount) => Err(refused(Errors::at("take_out", refusal.to_string()))),
        Err(refusal) => Err(refused(Errors::at("email", refusal.to_string()))),
    })
}
