//! Gifts, as their recipients and their buyers reach them. To anyone else there is none.

use std::net::IpAddr;
use std::sync::Arc;

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::http::{CookieJar, Header};
use rocket::response::{Redirect, Responder};
use rocket::{Either, State, get, post, routes};

use super::change::{self, ChangeError, ChangeText};
use super::claim::Claimed;
use super::deliver;
use super::forms::ChangeForm;
use super::pages::{ChangePage, GiftPage};
use super::parcel::Parcel;
use super::{Gift, wishes};
use crate::accounts::Limits;
use crate::checkout::Till;
use crate::ids::Token;
use crate::jobs::Jobs;
use crate::mail;
use crate::orders::Order;
use crate::orders::guards::remember;
use crate::orders::responder::Opened;
use crate::permission::Viewer;
use crate::web::cache_policy::CachePolicy;
use crate::web::error::OrNotFound as _;
use crate::web::flash::FlashRedirect;
use crate::web::{self, Errors, Flash, Html, Layout, Refused};

/// The gifts.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("gifts", |rocket| async {
        rocket
            .mount("/gifts", routes![open, show, claim])
            .mount("/orders", routes![change_form, change_it, send_again])
    })
}

/// A page for one reader alone: kept by no cache.
#[derive(Responder)]
struct Private<T> {
    page: Html<T>,
    cache: Header<'static>,
}

/// A mail's link: the browser keeps the key and goes on to the clean address.
#[get("/open/<token>")]
async fn open(token: &str, cookies: &CookieJar<'_>, till: &State<Till>) -> web::Result<Opened> {
    let no_gift = || {
        web::Error::not_found().with_message(
            "This link opens no gift. Please copy it whole from the newest mail about your gift.",
        )
    };
    let token = Token::parse(token).ok_or_else(no_gift)?;
    let hash = token.hash();
    let gift = till.db.read(move |conn| Gift::of_token(conn, &hash)).await?.ok_or_else(no_gift)?;
    remember(cookies, &till.base_url, &token);
    Ok(Opened(Redirect::to(format!("/gifts/{}", gift.public_id))))
}

/// A gift's page, for its recipient.
#[get("/<id>")]
async fn show(
    id: &str,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Private<GiftPage>> {
    let (id, asks, now) = (id.to_owned(), viewer.clone(), till.clock.now());
    let parcel = till.db.read(move |conn| match Gift::visible_to(conn, &asks, &id)? {
        Some(gift) => Parcel::load(conn, &asks, gift).map(Some),
        None => Ok(None),
    });
    let parcel = parcel.await?.or_not_found()?;
    if parcel.gift.opened_at.is_none() {
        let gift = parcel.gift.clone();
        till.db.write(move |conn| gift.opened(conn, now)).await?;
    }
    let page = Html::ok(GiftPage::new(layout, &parcel, &viewer));
    Ok(Private { page, cache: CachePolicy::Never.header() })
}

/// Puts the gift into the library of who is signed in.
#[post("/<id>/claim")]
async fn claim(id: &str, viewer: Viewer, till: &State<Till>) -> web::Result<Either<FlashRedirect, Redirect>> {
    let (public_id, asks, now) = (id.to_owned(), viewer.clone(), till.clock.now());
    let page = format!("/gifts/{id}");
    let Some(account) = viewer.account else {
        till.db.read(move |conn| Gift::visible_to(conn, &asks, &public_id)).await?.or_not_found()?;
        return Ok(Either::Right(Redirect::to(format!("/sign-in?next=/gifts/{id}"))));
    };
    let claimed = till.db.write(move |conn| {
        let Some(gift) = Gift::visible_to(conn, &asks, &public_id)? else { return Ok(None) };
        gift.claim(conn, account.id, now).map(Some)
    });
    let claimed: Result<Option<Claimed>, diesel::result::Error> = claimed.await;
    Ok(Either::Left(match claimed?.or_not_found()? {
        Claimed::Now => Flash::success("The gift is in your library now, for good.").to(page),
        Claimed::Before => Flash::info("The gift is in your library already.").to(page),
        Claimed::ByAnother => Flash::info("This gift is in another library already.").to(page),
    }))
}

/// The order and its gift, for its buyer.
async fn find(till: &Till, viewer: Viewer, id: &str) -> web::Result<(Order, Gift)> {
    let id = id.to_owned();
    let found = till.db.read(move |conn| {
        let Some(order) = Order::visible_to(conn, &viewer, &id)? else { return Ok(None) };
        let gift = Gift::of_order(conn, order.id)?;
        diesel::QueryResult::Ok(gift.map(|gift| (order, gift)))
    });
    found.await?.or_not_found()
}

fn change_page(till: &Till, layout: Layout, order: &Order, gift: &Gift, text: ChangeText) -> ChangePage {
    ChangePage {
        layout,
        order: order.public_id.clone(),
        number: order.number.clone(),
        is_sent: gift.sent_at.is_some(),
        text,
        day_attrs: format!("max=\"{}\"", wishes::last_day(till.clock.now().date())),
        errors: Errors::none(),
        problem: String::new(),
    }
}

/// Shows the form with which a gift is corrected.
#[get("/<id>/gift", rank = 1)]
async fn change_form(
    id: &str,
    layout: Layout,
    viewer: Viewer,
    till: &State<Till>,
) -> web::Result<Private<ChangePage>> {
    let (order, gift) = find(till, viewer, id).await?;
    let text = ChangePage::text_of(&gift);
    let page = Html::ok(change_page(till, layout, &order, &gift, text));
    Ok(Private { page, cache: CachePolicy::Never.header() })
}

/// Corrects where a gift goes, and when.
#[post("/<id>/gift", data = "<form>")]
#[allow(clippy::too_many_arguments, reason = "each is a thing that the browser brought or the change needs")]
async fn change_it(
    id: &str,
    form: Form<ChangeForm<'_>>,
    layout: Layout,
    viewer: Viewer,
    from: Option<IpAddr>,
    limits: &State<Arc<Limits>>,
    jobs: &State<Jobs>,
    till: &State<Till>,
) -> Result<FlashRedirect, Refused<ChangePage>> {
    let (order, gift) = find(till, viewer, id).await?;
    let text = form.text();
    let refused = |problem: String, errors: Errors| {
        let page = change_page(till, layout, &order, &gift, text.clone());
        Refused::form(ChangePage { problem, errors: errors.clone(), ..page }, errors)
    };
    let wish = match text.check(&order.email, till.clock.now().date()) {
        Ok(wish) => wish,
        Err(errors) => return Err(refused(String::new(), errors)),
    };
    limits.mail(&wish.email, from)?;
    let (writing, changing) = (till.inner().clone(), order.clone());
    let changed = till.db.write(move |conn| change::change(conn, &writing, &changing, &wish)).await;
    match changed {
        Ok(was_sent) => {
            jobs.wake(deliver::TASK);
            let text = if was_sent {
                "The gift goes to the new address, and the link in the earlier mail opens it no more."
            } else {
                "The gift is changed."
            };
            Ok(Flash::success(text).to(format!("/orders/{id}")))
        }
        Err(ChangeError::Database(cause)) => Err(cause.into()),
        Err(error @ ChangeError::Opened) => {
            Err(refused(String::new(), Errors::at("gift.email", error.to_string())))
        }
        Err(error) => Err(refused(error.to_string(), Errors::at("form", error.to_string()))),
    }
}

/// Sends the gift's mail once more.
#[post("/<id>/gift/send-again")]
async fn send_again(
    id: &str,
    viewer: Viewer,
    from: Option<IpAddr>,
    limits: &State<Arc<Limits>>,
    jobs: &State<Jobs>,
    till: &State<Till>,
) -> web::Result<FlashRedirect> {
    let (order, gift) = find(till, viewer, id).await?;
    let page = format!("/orders/{id}");
    limits.mail(&gift.recipient_email, from)?;
    let (writing, again) = (till.inner().clone(), order.clone());
    let sent = till.db.write(move |conn| change::send_again(conn, &writing, &again)).await;
    Ok(match sent {
        Ok(()) => {
            jobs.wake(mail::TASK);
            Flash::success(format!("The gift’s mail goes to {} once more.", gift.recipient_email)).to(page)
        }
        Err(ChangeError::Database(cause)) => return Err(cause.into()),
        Err(error) => Flash::info(error.to_string()).to(page),
    })
}
