//! What a download request says of itself.

use std::convert::Infallible;

use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome, Request};

use super::Ledger;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::{Conditions, Delivery};
use crate::web::wants;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Conditions {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        // Several lines of one field are one list (RFC 9110 §5.2); of a field that is no list, they are malformed, and
        // count as that.
        let field = |name: &str| {
            let lines: Vec<&str> = request.headers().get(name).collect();
            (!lines.is_empty()).then(|| lines.join(", "))
        };
        Outcome::Success(Self {
            head: request.method() == Method::Head,
            range: field("Range"),
            if_range: field("If-Range"),
            if_match: field("If-Match"),
            if_none_match: field("If-None-Match"),
            if_modified_since: field("If-Modified-Since"),
            if_unmodified_since: field("If-Unmodified-Since"),
        })
    }
}

/// Whether a person asks for this by following a link, rather than a program, or a browser that goes on with a download.
#[derive(Debug, Clone, Copy)]
pub(super) struct Navigation(pub bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Navigation {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        Outcome::Success(Self(wants::navigation(request) && !request.headers().contains("Range")))
    }
}

/// What it takes to answer.
pub(super) struct Answers<'r> {
    pub settings: &'r Settings,
    pub db: &'r Db,
    pub clock: &'r Clock,
    pub delivery: &'r Delivery,
    pub ledger: &'r Ledger,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Answers<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let rocket = request.rocket();
        let parts = (
            rocket.state::<Settings>(),
            rocket.state::<Db>(),
            rocket.state::<Clock>(),
            rocket.state::<Delivery>(),
            rocket.state::<Ledger>(),
        );
        match parts {
            (Some(settings), Some(db), Some(clock), Some(delivery), Some(ledger)) => {
                Outcome::Success(Self { settings, db, clock, delivery, ledger })
            }
            _ => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
