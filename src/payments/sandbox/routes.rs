//! The sandbox's pay page, and how it rings at the shop.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Redirect;
use rocket::{State, get, post, routes};

use super::super::{Gateway, GatewayError};
use super::forms::{DashboardForm, PayForm};
use super::pages::{DashboardPage, PayPage};
use super::{Sandbox, SignedEvent};
use crate::checkout::Till;
use crate::checkout::payment_event;
use crate::config::Settings;
use crate::jobs::Jobs;
use crate::orders::Order;
use crate::permission::Viewer;
use crate::web::error::OrNotFound as _;
use crate::web::{self, Html};

/// The pay page; only where the sandbox is the gateway.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("sandbox gateway", |rocket| async {
        match rocket.state::<Till>().map(|till| &till.gateway) {
            Some(Gateway::Sandbox(_)) => rocket.mount("/sandbox", routes![show, end, dashboard, act]),
            _ => rocket,
        }
    })
}

fn sandbox(till: &Till) -> web::Result<&Sandbox> {
    till.gateway.sandbox().ok_or_else(web::Error::not_found)
}

/// The pay page of a checkout, open or over.
#[get("/pay/<id>")]
async fn show(id: &str, till: &State<Till>, settings: &State<Settings>) -> web::Result<Html<PayPage>> {
    let sandbox = sandbox(till)?;
    let checkout = sandbox.checkout(id).await?;
    let now = till.clock.now();
    Ok(Html::ok(PayPage::new(&settings.shop_name, &checkout, sandbox.delay().num_seconds(), now)))
}

/// Ends the payment as the button says, rings at the shop, and sends the buyer back there.
#[post("/pay/<id>", data = "<form>")]
async fn end(
    id: &str,
    form: Form<PayForm>,
    till: &State<Till>,
    settings: &State<Settings>,
    jobs: &State<Jobs>,
) -> web::Result<Redirect> {
    let sandbox = sandbox(till)?;
    let checkout = sandbox.checkout(id).await?;
    let Some(outcome) = form.outcome.outcome() else {
        return Ok(Redirect::to(settings.base_url.path_of(&checkout.cancel_url)));
    };
    if let Some(event) = sandbox.end(id, outcome).await? {
        ring(till, &event).await;
        jobs.wake(payment_event::TASK);
    }
    Ok(Redirect::to(settings.base_url.path_of(&checkout.success_url)))
}

/// What the gateway's own site would offer for a payment: for whoever may see its order.
#[get("/dashboard/<id>")]
async fn dashboard(
    id: &str,
    viewer: Viewer,
    till: &State<Till>,
    settings: &State<Settings>,
) -> web::Result<Html<DashboardPage>> {
    Ok(Html::ok(dashboard_page(id, viewer, till, settings).await?))
}

/// Does what the button says, rings at the shop, and shows the dashboard again.
#[post("/dashboard/<id>", data = "<form>")]
async fn act(
    id: &str,
    form: Form<DashboardForm<'_>>,
    viewer: Viewer,
    till: &State<Till>,
    settings: &State<Settings>,
    jobs: &State<Jobs>,
) -> web::Result<Result<Redirect, Html<DashboardPage>>> {
    let page = dashboard_page(id, viewer, till, settings).await?;
    let sandbox = sandbox(till)?;
    let checkout = sandbox.checkout(id).await?;
    let refused = |error: String| {
        Ok(Err(Html::unprocessable(DashboardPage { error, typed: form.amount.to_owned(), ..page })))
    };
    let wish = match form.wish(&checkout.currency) {
        Ok(wish) => wish,
        Err(sentence) => return refused(sentence.to_owned()),
    };
    match sandbox.afterwards(id, wish).await {
        Ok(event) => {
            ring(till, &event).await;
            jobs.wake(payment_event::TASK);
            Ok(Ok(Redirect::to(format!("/sandbox/dashboard/{id}"))))
        }
        Err(GatewayError::Refused(why)) => refused(format!("That can’t be done: {why}.")),
        Err(error) => Err(error.into()),
    }
}

async fn dashboard_page(
    id: &str,
    viewer: Viewer,
    till: &Till,
    settings: &Settings,
) -> web::Result<DashboardPage> {
    let sandbox = sandbox(till)?;
    let checkout = sandbox.checkout(id).await?;
    let order = checkout.reference.clone();
    till.db.read(move |conn| Order::visible_to(conn, &viewer, &order)).await?.or_not_found()?;
    let facts = till.gateway.fetch_checkout(id).await?;
    Ok(DashboardPage::new(&settings.shop_name, &checkout, &facts))
}

/// Rings at the shop's own webhook. If the shop can't hear it just now, its reconciler asks later, as with any gateway.
pub async fn ring(till: &Till, event: &SignedEvent) {
    let received = payment_event::receive(till, event.body.as_bytes(), &event.signature).await;
    if let Err(error) = received {
        tracing::warn!(%error, "the sandbox rang, and the shop could not note it");
    }
}

impl From<GatewayError> for web::Error {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Unknown(_) => Self::not_found(),
            other => Self::bad_gateway(
                "The payment provider doesn't answer just now. Nothing was charged; please try again in a moment.",
                other,
            ),
        }
    }
}
