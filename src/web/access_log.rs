//! One line for each request: method, route, status, milliseconds, request id.
//!
//! The line names the route's pattern, never the address itself: addresses hold tokens and searches.

use std::time::Instant;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::{Data, Request, Response};

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
        let route = request.route().map_or_else(|| "-".to_owned(), |route| route.uri.to_string());
        tracing::info!(
            target: "bookplate::request",
            method = %request.method(),
            route = %route,
            status = response.status().code,
            ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            request_id = %super::request_id::of(request),
        );
    }
}
