//! What a download request says of itself.

use std::convert::Infallible;
use std::net::IpAddr;

use rocket::http::{Method, Status};
use rocket::request::{FromRequest, Outcome, Request};
use sha2::{Digest as _, Sha256};

use super::{Lanes, Ledger};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::{Conditions, Delivery};
use crate::web::wants;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Conditions {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let lines = |name: &str| Ok(request.headers().get(name).collect());
        match Self::read::<Infallible>(request.method() == Method::Head, lines) {
            Ok(conditions) => Outcome::Success(conditions),
        }
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

/// What one device of a reader's looks like: what it calls itself, and the network that it is in. Only a hash is kept.
fn device(request: &Request<'_>) -> String {
    let agent = request.headers().get_one("User-Agent").unwrap_or_default();
    let network = match request.client_ip() {
        Some(IpAddr::V4(address)) => {
            address.octets().iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join(".")
        }
        Some(IpAddr::V6(address)) => format!("{:x?}", address.segments().get(..3)),
        None => String::new(),
    };
    let digest = Sha256::digest(format!("{network}\n{agent}").as_bytes());
    crate::ids::hex(&digest).chars().take(24).collect()
}

/// What it takes to answer.
pub(super) struct Answers<'r> {
    pub settings: &'r Settings,
    pub db: &'r Db,
    pub clock: &'r Clock,
    pub delivery: &'r Delivery,
    pub ledger: &'r Ledger,
    pub lanes: &'r Lanes,
    /// The device, where that matters.
    pub device: Option<String>,
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
            rocket.state::<Lanes>(),
        );
        match parts {
            (Some(settings), Some(db), Some(clock), Some(delivery), Some(ledger), Some(lanes)) => {
                let device = (settings.delivery.limits.devices_per_day > 0).then(|| device(request));
                Outcome::Success(Self { settings, db, clock, delivery, ledger, lanes, device })
            }
            _ => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
