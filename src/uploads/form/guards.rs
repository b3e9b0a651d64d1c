//! What a form's request says of its body.

use rocket::async_trait;
use rocket::request::{FromRequest, Outcome, Request};

/// The boundary between the parts of a form's body; nothing when it is no form in parts.
#[derive(Debug, Clone)]
pub struct Boundary(pub Option<String>);

#[async_trait]
impl<'r> FromRequest<'r> for Boundary {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let kind = request.headers().get_one("Content-Type");
        Outcome::Success(Self(kind.and_then(|kind| multer::parse_boundary(kind).ok())))
    }
}

/// How many bytes the body has, as the client says.
#[derive(Debug, Clone, Copy)]
pub struct ContentLength(pub Option<u64>);

#[async_trait]
impl<'r> FromRequest<'r> for ContentLength {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let length = request.headers().get_one("Content-Length");
        Outcome::Success(Self(length.and_then(|length| length.parse().ok())))
    }
}
