//! The sandbox's pay page, and how it rings at the shop.

use rocket::fairing::AdHoc;
use rocket::form::Form;
use rocket::response::Redirect;
use rocket::{State, get, post, routes};

use super::super::{Gateway, GatewayError};
use super::forms::PayForm;
use super::pages::PayPage;
use super::{Sandbox, SignedEvent};
use crate::checkout::Till;
use crate::checkout::payment_event;
use crate::config::Settings;
use crate::jobs::Jobs;
use crate::web::{self, Html};

/// The pay page; only where the sandbox is the gateway.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("sandbox gateway", |rocket| async {
        match rocket.state::<Till>().map(|till| &till.gateway) {
            Some(Gateway::Sandbox(_)) => rocket.mount("/sandbox", routes![show, end]),
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
