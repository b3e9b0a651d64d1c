//! The languages that a visitor reads, as their browser says it.

use std::convert::Infallible;

use rocket::request::{FromRequest, Outcome, Request};

/// The value of `Accept-Language` (RFC 9110 §12.5.4), or nothing. The shop's own pages are in one language; a gateway's
/// may not be.
pub struct Languages(pub String);

/// Longer than any browser's list.
const LONGEST: usize = 200;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Languages {
    type Error = Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Infallible> {
        let said = request.headers().get_one("Accept-Language").filter(|said| said.len() <= LONGEST);
        Outcome::Success(Self(said.unwrap_or_default().to_owned()))
    }
}
