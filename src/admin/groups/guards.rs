//! Which of the three a page is about.

use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};

use crate::catalog::Grouping;

/// What the routes at this address are about.
pub struct Of(pub Grouping);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Of {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let base = request.route().map(|route| route.uri.base().trim_start_matches("/admin/"));
        match base.and_then(|base| base.parse().ok()) {
            Some(grouping) => Outcome::Success(Self(grouping)),
            None => Outcome::Error((Status::InternalServerError, ())),
        }
    }
}
