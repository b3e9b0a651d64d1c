//! The one place that renders error pages: a page for people, JSON for programs that ask for it.

use askama::Template;
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest as _, Outcome, Request};
use rocket::response::{Responder, Response};
use rocket::serde::json::json;
use rocket::{Catcher, catch, catchers};

use super::error::Shown;
use super::layout::Layout;
use super::{cache_policy::CachePolicy, filters, request_id, wants};
use crate::config::Settings;
use crate::shop::Identity;

/// The page of an error: `templates/error.html`.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    layout: Layout,
    status: u16,
    title: &'static str,
    text: String,
    hint: &'static str,
    request_id: String,
    sign_in: Option<String>,
}

/// The catcher for every status.
#[must_use]
pub fn all() -> Vec<Catcher> {
    catchers![any]
}

/// An error as it is answered.
struct ErrorAnswer {
    status: Status,
    content_type: ContentType,
    body: String,
    retry_after: Option<u64>,
}

#[catch(default)]
async fn any(status: Status, request: &Request<'_>) -> ErrorAnswer {
    let shown = request.local_cache(Shown::default);
    let (title, standard, hint) = words(status.code);
    let message = shown.message.clone().unwrap_or_else(|| standard.to_owned());
    let request_id = request_id::of(request).to_string();
    let (content_type, body) = if wants::json(request) {
        let error = json!({ "status": status.code, "message": message, "request_id": request_id });
        (ContentType::JSON, json!({ "error": error }).to_string())
    } else {
        let page = ErrorPage {
            layout: layout(request).await,
            status: status.code,
            title,
            text: message,
            hint,
            request_id,
            sign_in: (status == Status::Unauthorized).then(|| sign_in_address(request)),
        };
        match page.render() {
            Ok(html) => (ContentType::HTML, html),
            Err(error) => {
                tracing::error!(%error, "an error page could not be rendered");
                (ContentType::Plain, format!("{} {title}\n", status.code))
            }
        }
    };
    ErrorAnswer { status, content_type, body, retry_after: shown.retry_after }
}

impl<'r> Responder<'r, 'static> for ErrorAnswer {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::build();
        response.status(self.status).header(self.content_type).header(CachePolicy::Never.header());
        if let Some(seconds) = self.retry_after {
            response.raw_header("Retry-After", seconds.to_string());
        }
        if self.status == Status::MethodNotAllowed {
            response.raw_header("Allow", "GET, HEAD");
        }
        response.sized_body(self.body.len(), std::io::Cursor::new(self.body)).ok()
    }
}

async fn layout(request: &Request<'_>) -> Layout {
    match Layout::from_request(request).await {
        Outcome::Success(layout) => layout,
        _ => {
            let rocket = request.rocket();
            let parts = (rocket.state::<Settings>(), rocket.state::<Identity>());
            let (Some(settings), Some(identity)) = parts else { return Layout::default() };
            Layout::bare(settings, identity)
        }
    }
}

/// Where to sign in, and come back here.
fn sign_in_address(request: &Request<'_>) -> String {
    let path = request.uri().path().to_string();
    format!("/sign-in?next={}", rocket::http::RawStr::new(&path).percent_encode())
}

/// Title, sentence and way out for a status.
fn words(status: u16) -> (&'static str, &'static str, &'static str) {
    match status {
        400 => (
            "That request made no sense",
            "The shop could not read what was sent.",
            "Go back and try it again.",
        ),
        401 => (
            "Please sign in",
            "This page is for people who are signed in.",
            "You will come back here afterwards.",
        ),
        403 => (
            "Not yours to open",
            "You may not see this page.",
            "If you think you should, sign in with another account or write to us.",
        ),
        404 => (
            "Nothing on this shelf",
            "This page is not here. It may have moved, or it may not be yours to see.",
            "The catalogue is a good place to look.",
        ),
        405 => ("Not like that", "This address can't be used in that way.", "Go back and try it again."),
        409 => (
            "Something changed meanwhile",
            "What you were looking at is no longer as it was.",
            "Load the page again to see how it is now.",
        ),
        413 => ("Too large", "What was sent is larger than this shop takes.", "Send something smaller."),
        414 => ("Too long", "That address is longer than this shop takes.", "Shorten it and try again."),
        422 => (
            "That can't be used",
            "Something in what was sent does not fit.",
            "Go back, change it and send it again.",
        ),
        429 => ("A moment, please", "That was tried too often.", "Wait a little and try again."),
        502 => (
            "The book is not at hand",
            "The file could not be fetched just now. Your order is safe, and we have been told.",
            "Please try again later.",
        ),
        503 => (
            "Back in a moment",
            "The shop can't answer just now.",
            "Please try again in a few seconds; nothing is lost.",
        ),
        500..=599 => (
            "Our mistake",
            "Something went wrong on our side. It has been noted.",
            "Please try again in a moment.",
        ),
        _ => ("That did not work", "The shop could not do what was asked.", "Go back and try it again."),
    }
}
