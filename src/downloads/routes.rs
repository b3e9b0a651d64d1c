//! `GET /download/<file>`: the gate's front door.

use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::response::{Redirect, Responder};
use rocket::{Data, Request, Route, get, head, route, routes};

use super::download::{Asked, Entry};
use super::guards::{Answers, Navigation};
use super::{Ledger, Sent, canary};
use crate::config::{Backend, Denied, Settings};
use crate::db::Db;
use crate::delivery::{Conditions, Handoff};
use crate::permission::{self, Decision, ViewGrant, Viewer};
use crate::storage::InvalidKey;
use crate::web;

/// The downloads: their routes, and the ledger that they write.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("downloads", |rocket| async {
        let ledger = rocket.state::<Db>().map(|db| Ledger::start(db.clone()));
        let rocket = rocket
            .mount("/", routes![download, look])
            .mount("/", others())
            .mount("/", canary::routes::routes());
        match ledger {
            Some(ledger) => rocket.manage(ledger),
            None => rocket,
        }
    })
}

/// Stops the start when nginx's internal location would hide one of the shop's own addresses. Goes last: it looks at all
/// routes.
#[must_use]
pub fn internal_location_is_free() -> AdHoc {
    AdHoc::try_on_ignite("internal location", |rocket| async {
        let hidden = rocket.state::<Settings>().and_then(|settings| {
            let prefix = settings.delivery.internal_prefix.as_str();
            let is_hidden = |route: &&Route| format!("{}/", route.uri.path()).starts_with(prefix);
            let is_nginx = settings.delivery.backend == Backend::Nginx;
            let route = rocket.routes().filter(|_| is_nginx).find(is_hidden)?;
            Some((prefix.to_owned(), route.uri.path().to_owned()))
        });
        match hidden {
            None => Ok(rocket),
            Some((prefix, address)) => {
                tracing::error!(
                    "the setting bookplate.delivery.internal_prefix = {prefix:?} can't be used: it would hide the \
                     shop's own {address}; choose another, for example \"/protected/\""
                );
                Err(rocket)
            }
        }
    })
}

/// What a request for a file comes to.
#[derive(Responder)]
enum Outcome {
    Sent(Sent),
    SignIn(Redirect),
}

/// Sends a file to a viewer who may have it.
#[get("/download/<file>")]
async fn download(
    file: &str,
    viewer: Viewer,
    conditions: Conditions,
    navigation: Navigation,
    answers: Answers<'_>,
) -> web::Result<Outcome> {
    let (id, asking) = (file.to_owned(), viewer.clone());
    let decision = answers.db.read(move |conn| permission::can_view(conn, &asking, &id)).await?;
    let asked = Asked {
        at: answers.clock.now(),
        viewer: &viewer,
        conditions: &conditions,
        backend: answers.delivery.backend(),
    };
    match decision {
        Decision::Allowed(grant) => hand_over(&grant, &asked, &answers).await.map(Outcome::Sent),
        Decision::Denied { file: denied, reason } => {
            let refusal = refuse(file, &viewer, navigation, answers.settings.denied);
            let status = refusal.as_ref().map_or_else(web::Error::status, |_| Status::SeeOther.code);
            answers.ledger.record(Entry::denied(&denied, reason, &asked, status)).await;
            refusal
        }
        Decision::Unknown => refuse(file, &viewer, navigation, answers.settings.denied),
    }
}

/// The same for `HEAD`, by a route of its own: Rocket would have called it a `GET`, and the ledger must know.
#[head("/download/<file>")]
async fn look(
    file: &str,
    viewer: Viewer,
    conditions: Conditions,
    navigation: Navigation,
    answers: Answers<'_>,
) -> web::Result<Outcome> {
    download(file, viewer, conditions, navigation, answers).await
}

/// Hands an allowed file to the delivery, and records it before the first byte leaves.
async fn hand_over(grant: &ViewGrant, asked: &Asked<'_>, answers: &Answers<'_>) -> web::Result<Sent> {
    let sent = match handoff(grant) {
        Ok(handoff) => answers.delivery.send(handoff, asked.conditions.clone()).await.map_err(out_of_order),
        Err(invalid) => Err(out_of_order(invalid)),
    };
    let status = sent.as_ref().map_or_else(web::Error::status, |answer| answer.status);
    answers.ledger.record(Entry::allowed(grant, asked, status)).await;
    sent.map(Sent)
}

fn handoff(grant: &ViewGrant) -> Result<Handoff, InvalidKey> {
    let file = grant.file();
    Ok(Handoff {
        key: file.storage_key.parse()?,
        // A negative length is none that a file has: the store will say so.
        length: u64::try_from(file.byte_length).unwrap_or(u64::MAX),
        file_name: file.file_name.clone(),
    })
}

/// 502: the customer may have the file, and the store doesn't give it. The log says which, for the operator.
fn out_of_order(cause: impl std::error::Error + Send + Sync + 'static) -> web::Error {
    let sentence = "The file could not be fetched just now. Your order is safe, and the shop has been told.";
    web::Error::bad_gateway(sentence, cause)
}

/// The one answer to "not yours" and "no such file", which look the same.
///
/// Only a person who follows a link, and of whom nothing is known, is sent to sign in: a program must never get a page
/// for a book, or it would append the page to a half-finished download.
fn refuse(file: &str, viewer: &Viewer, navigation: Navigation, denied: Denied) -> web::Result<Outcome> {
    let is_nobody = viewer.account.is_none() && viewer.tokens.is_empty();
    if is_nobody && navigation.0 {
        let back = rocket::uri!(download(file)).to_string();
        let back = rocket::http::RawStr::new(&back).percent_encode().to_string();
        return Ok(Outcome::SignIn(Redirect::to(format!("/sign-in?next={back}"))));
    }
    Err(match denied {
        Denied::NotFound => web::Error::not_found(),
        Denied::Forbidden if is_nobody => web::Error::unauthorized(),
        Denied::Forbidden => web::Error::forbidden(),
    })
}

/// 405 for all that is no question for a file.
fn others() -> Vec<Route> {
    use rocket::http::Method::{Delete, Options, Patch, Post, Put};
    fn not_like_that<'r>(_: &'r Request<'_>, _: Data<'r>) -> route::BoxFuture<'r> {
        Box::pin(async { route::Outcome::Error(Status::MethodNotAllowed) })
    }
    [Delete, Options, Patch, Post, Put]
        .map(|method| Route::new(method, "/download/<_>", not_like_that))
        .into()
}
