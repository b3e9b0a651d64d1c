//! No other site can make a visitor's browser act here.
//!
//! Every request that may change something must come from a page of this shop: the browser says so in
//! `Sec-Fetch-Site`, or, where that header is missing, in `Origin`, which must name the host asked for. A form cannot
//! forget it, since it is asked before any route; there is no token to expire while a page lies open. A request with
//! neither header is no browser's form (all send `Origin` with a POST since 2020) and is refused too, but for the
//! gateways' webhooks, which carry a signature instead, and programs that bring files by the tus protocol: these name a
//! header that no page elsewhere can have a browser send, since the shop never answers its preflight (Fetch §4.8).
//! Cookies are `SameSite=Lax` besides.
//!
//! Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata headers".

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Method;
use rocket::http::uri::Origin;
use rocket::request::Request;
use rocket::{Data, Route, get, routes};

/// Addresses below this take signed messages from programs.
const SIGNED: &str = "/webhooks/";

/// Addresses below this take files from programs.
const UPLOADS: &str = "/publish/uploads/";

/// Addresses below these only answer questions: whatever else is asked of them gets 405, wherever it comes from.
const QUESTIONS: [&str; 2] = ["/download/", "/get/"];

/// The one that takes something, from the doctor.
const CANARY: &str = "/download/canary";

/// Turns a request that did not come from this shop's own pages away before it reaches a route.
pub struct SameOriginOnly;

#[rocket::async_trait]
impl Fairing for SameOriginOnly {
    fn info(&self) -> Info {
        Info { name: "same origin only", kind: Kind::Request }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let safe = matches!(request.method(), Method::Get | Method::Head | Method::Options | Method::Trace);
        let path = request.uri().path();
        let is_question = path != CANARY && QUESTIONS.iter().any(|prefix| path.starts_with(prefix));
        if safe || is_question || path.starts_with(SIGNED) || is_same_origin(request) || is_program(request) {
            return;
        }
        tracing::warn!(
            request_id = %super::request_id::of(request),
            site = request.headers().get_one("Sec-Fetch-Site").unwrap_or("-"),
            "a request from elsewhere was refused"
        );
        request.set_method(Method::Get);
        request.set_uri(Origin::const_new("/cross-site-refused", None));
    }
}

fn is_same_origin(request: &Request<'_>) -> bool {
    let headers = request.headers();
    if let Some(site) = headers.get_one("Sec-Fetch-Site") {
        return site == "same-origin" || site == "none";
    }
    let (Some(origin), Some(host)) = (headers.get_one("Origin"), headers.get_one("Host")) else {
        return false;
    };
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

/// A program that brings a file: it says nothing of a site, as browsers always do, and names a header that a browser
/// sends for another site's page only after a preflight.
fn is_program(request: &Request<'_>) -> bool {
    let headers = request.headers();
    let is_browser = headers.contains("Sec-Fetch-Site") || headers.contains("Origin");
    let bears_key = headers.get_one("Authorization").is_some_and(|value| value.starts_with("Bearer "));
    request.uri().path().starts_with(UPLOADS)
        && !is_browser
        && (headers.contains("Tus-Resumable") || bears_key)
}

/// Where refused requests end.
#[must_use]
pub fn routes() -> Vec<Route> {
    routes![refused]
}

#[get("/cross-site-refused")]
fn refused() -> super::Error {
    super::Error::forbidden().with_message(
        "This request came from another site, so nothing was done. Please go back and try again here.",
    )
}
