//! Who may have a canary.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use super::{Canary, HEADER, Seen};
use crate::clock::Clock;
use crate::config::{PEER_HEADER, TRUSTED_IP_HEADER};
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
        let rocket = request.rocket();
        let trusted = rocket.figment().extract_inner::<String>(TRUSTED_IP_HEADER).ok();
        // Behind the program's own front Rocket sees that alone.
        let peer = match rocket.figment().extract_inner::<String>(PEER_HEADER) {
            Ok(told) => request.headers().get_one(&told).and_then(|peer| peer.parse().ok()),
            Err(_) => request.remote(),
        };
        let of_rocket = rocket.config().ip_header.as_ref().map(ToString::to_string);
        Outcome::Success(Self {
            peer,
            client: request.client_ip().map(|ip| ip.to_string()).unwrap_or_default(),
            ip_header: trusted.or(of_rocket).unwrap_or_default(),
            headers: TOLD.iter().filter_map(header).collect(),
        })
    }
}
