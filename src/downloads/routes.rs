//! `GET /download/<file>`: the gate's front door.

use rocket::fairing::AdHoc;
use rocket::http::{Header, Status};
use rocket::response::{Redirect, Responder};
use rocket::{Data, Request, Route, get, head, route, routes};

use super::Sent;
use super::answer::{By, Question, Verdict};
use super::guards::{Answers, Navigation};
use super::{all, canary, links};
use crate::accounts::guards::Asker;
use crate::config::{Backend, Denied, Settings};
use crate::delivery::Conditions;
use crate::ids::Token;
use crate::permission::Viewer;
use crate::web;

/// The downloads: their routes, and the ledger that they write.
#[must_use]
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("downloads", |rocket| async {
        rocket
            .mount("/", routes![download, look, by_link, look_by_link])
            .mount("/", others())
            .mount("/", links::routes::routes())
            .mount("/", all::routes::routes())
            .mount("/", canary::routes::routes())
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
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
enum Outcome {
    Sent(Sent),
    SignIn(Redirect),
}

/// Sends a file to a viewer who may have it.
#[get("/download/<file>")]
async fn download(
    file: &str,
    asker: Asker,
    conditions: Conditions,
    navigation: Navigation,
    answers: Answers<'_>,
) -> web::Result<Outcome> {
    let by = By::Browser(file.to_owned(), asker);
    let question = Question { by, conditions, at: answers.clock.now() };
    match answers.answer(question).await? {
        Verdict::Sent(sent) => Ok(Outcome::Sent(*sent)),
        Verdict::Refused { viewer, entry } => {
            let refusal = refuse(file, &viewer, navigation, answers.settings.denied);
            if let Some(entry) = entry {
                let status = refusal.as_ref().map_or_else(web::Error::status, |_| Status::SeeOther.code);
                answers.ledger.record(entry.with_status(status)).await;
            }
            refusal
        }
    }
}

/// The same for `HEAD`, by a route of its own: Rocket would have called it a `GET`, and the ledger must know.
#[head("/download/<file>")]
async fn look(
    file: &str,
    asker: Asker,
    conditions: Conditions,
    navigation: Navigation,
    answers: Answers<'_>,
) -> web::Result<Outcome> {
    download(file, asker, conditions, navigation, answers).await
}

/// The answer to a link: no other site learns of it from a browser.
#[derive(Responder)]
struct ByLink {
    sent: Sent,
    referrer: Header<'static>,
}

/// Sends a file by a link of its own, made by someone who may have it. The name is for the client alone.
#[get("/get/<token>/<_>")]
async fn by_link(token: &str, conditions: Conditions, answers: Answers<'_>) -> web::Result<ByLink> {
    let ended = || {
        web::Error::not_found()
            .with_message("This link opens nothing, or nothing any more. Its maker can make a new one.")
    };
    let by = By::Link(Token::parse(token).ok_or_else(ended)?.hash());
    match answers.answer(Question { by, conditions, at: answers.clock.now() }).await? {
        Verdict::Sent(sent) => {
            Ok(ByLink { sent: *sent, referrer: Header::new("Referrer-Policy", "no-referrer") })
        }
        Verdict::Refused { entry, .. } => {
            if let Some(entry) = entry {
                answers.ledger.record(entry.with_status(Status::NotFound.code)).await;
            }
            Err(ended())
        }
    }
}

/// The same for `HEAD`.
#[head("/get/<token>/<_>")]
async fn look_by_link(token: &str, conditions: Conditions, answers: Answers<'_>) -> web::Result<ByLink> {
    by_link(token, conditions, answers).await
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
    use rocket::http::Method::{Delete, Options, Patch, Post, Put, Trace};
    fn not_like_that<'r>(_: &'r Request<'_>, _: Data<'r>) -> route::BoxFuture<'r> {
        Box::pin(async { route::Outcome::Error(Status::MethodNotAllowed) })
    }
    [Delete, Options, Patch, Post, Put, Trace]
        .into_iter()
        .flat_map(|method| {
            ["/download/<_>", "/get/<_>/<_>"].map(|path| Route::new(method, path, not_like_that))
        })
        .collect()
}
