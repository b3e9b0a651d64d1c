//! The shop's style sheet and logo as answers.

use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

use crate::web::cache_policy::CachePolicy;

/// Something small that the shop made itself.
pub struct Made {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they are.
    pub media_type: &'static str,
    /// Whether its address never shows another one.
    pub is_current: bool,
}

impl<'r> Responder<'r, 'static> for Made {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let policy = if self.is_current { CachePolicy::Immutable } else { CachePolicy::Revalidate };
        Response::build()
            .status(Status::Ok)
            .header(policy.header())
            .header(Header::new("Content-Type", self.media_type))
            .sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes))
            .ok()
    }
}
