//! Who may have a canary.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use super::{Canary, HEADER, Seen};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::Token;

/// Proof that the request brought a token that is good now; everyone else gets 404.
pub struct Permit(pub Canary);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Permit {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let rocket = request.rocket();
        let (Some(db), Some(clock)) = (rocket.state::<Db>(), rocket.state::<Clock>()) else {
            return Outcome::Error((Status::InternalServerError, ()));
        };
        let Some(token) = request.headers().get_one(HEADER).and_then(Token::parse) else {
            return Outcome::Error((Status::NotFound, ()));
        };
        let now = clock.now();
        match db.read(move |conn| Canary::find(conn, &token, now)).await {
            Ok(Some(canary)) => Outcome::Success(Self(canary)),
            Ok(None) => Outcome::Error((Status::NotFound, ())),
            Err(error) => {
                tracing::error!(%error, "a canary could not be looked up");
                Outcome::Error((Status::ServiceUnavailable, ()))
            }
        }
    }
}

/// The headers that are told of: who asked for what, and what a client must not be able to say.
const TOLD: &[&str] = &[
    "host",
    "x-real-ip",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-accel-redirect",
    "x-accel-mapping",
    "x-sendfile",
    "x-sendfile-type",
];

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Seen {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let header = |name: &&str| {
            let values: Vec<&str> = request.headers().get(name).collect();
            (!values.is_empty()).then(|| ((*name).to_owned(), values.join(", ")))
        };
        let ip_header = request.rocket().config().ip_header.as_ref();
        Outcome::Success(Self {
            peer: request.remote(),
            client: request.client_ip().map(|ip| ip.to_string()).unwrap_or_default(),
            ip_header: ip_header.map(ToString::to_string).unwrap_or_default(),
            headers: TOLD.iter().filter_map(header).collect(),
        })
    }
}
