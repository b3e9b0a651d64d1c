//! One line for each request: method, route, status, milliseconds, request id.
//!
//! The line names the route's pattern, never the address itself: addresses hold tokens and searches.

use std::fmt::Display;
use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Data, Request, Response};

use super::request_id::{self, RequestId};

/// Logs each request when its answer begins.
pub struct AccessLog;

#[derive(Clone, Copy)]
struct Began(Instant);

#[rocket::async_trait]
impl Fairing for AccessLog {
    fn info(&self) -> Info {
        Info { name: "access log", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| Began(Instant::now()));
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let began = request.local_cache(|| Began(Instant::now())).0;
        let route = request.route().map(|route| &route.uri);
        let route = route.map_or(&"-" as &dyn Display, |uri| uri);
        let method = request.method().as_str();
        note(method, route, response.status().code, began, request_id::of(request));
    }
}

/// Logs one request.
pub fn note(method: &str, route: &dyn Display, status: u16, began: Instant, id: &RequestId) {
    tracing::info!(
        target: "bookplate::request",
        method = %method,
        route = %route,
        status,
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        request_id = %id,
    );
}
