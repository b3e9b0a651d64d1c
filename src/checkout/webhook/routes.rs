//! `POST /webhooks/<gateway>`: the body is checked as it came, stored, and answered; the work is a task's.

use rocket::data::{Data, ToByteUnit as _};
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{State, post, routes};

use crate::checkout::Till;
use crate::checkout::payment_event::{self, ReceiveError};
use crate::jobs::Jobs;
use crate::payments::EventError;
use crate::web;

/// The gateways' way in.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("webhooks", |rocket| async { rocket.mount("/webhooks", routes![ring]) })
}

/// The signature that came along; empty without one.
struct Signature(String);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Signature {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let Some(till) = request.rocket().state::<Till>() else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        let value = request.headers().get_one(till.gateway.signature_header());
        Outcome::Success(Self(value.unwrap_or_default().to_owned()))
    }
}

/// 200 for what is stored, new or not; 400 for what is not the gateway's; 5xx only when the shop could not store it, so
/// that the gateway rings again.
#[post("/<gateway>", data = "<body>")]
async fn ring(
    gateway: &str,
    body: Data<'_>,
    signature: Signature,
    till: &State<Till>,
    jobs: &State<Jobs>,
) -> web::Result<Status> {
    if gateway != till.gateway.name() {
        return Err(web::Error::not_found());
    }
    let body = body.open(512.kibibytes()).into_bytes().await;
    let body = body.map_err(|_| web::Error::bad_request("The event's body could not be read."))?;
    if !body.is_complete() {
        return Err(web::Error::bad_request("The event's body is too large."));
    }
    match payment_event::receive(till, &body, &signature.0).await {
        Ok(is_new) => {
            if is_new {
                jobs.wake(payment_event::TASK);
            }
            Ok(Status::Ok)
        }
        Err(ReceiveError::Event(EventError::Unreadable)) => {
            tracing::warn!("a signed event could not be read; it was acknowledged and dropped");
            Ok(Status::Ok)
        }
        Err(ReceiveError::Event(refused)) => {
            tracing::warn!(%refused, "an event was refused");
            Err(web::Error::bad_request(refused.to_string()))
        }
        Err(ReceiveError::Database(cause)) => Err(cause.into()),
    }
}
