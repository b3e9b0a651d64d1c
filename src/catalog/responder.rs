//! A cover's picture as an answer.

use rocket::http::{Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

use crate::web::cache_policy::CachePolicy;

/// A picture whose address never shows another one.
#[derive(Debug)]
pub struct Picture {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// `image/webp` or `image/jpeg`.
    pub media_type: String,
    /// A strong validator, in its quotes (RFC 9110 §8.8.3).
    pub etag: String,
}

impl<'r> Responder<'r, 'static> for Picture {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::build();
        response.header(CachePolicy::Immutable.header()).header(Header::new("ETag", self.etag.clone()));
        let known: Vec<&str> = request.headers().get("If-None-Match").collect();
        if is_known(&known.join(","), &self.etag) {
            return response.status(Status::NotModified).ok();
        }
        response
            .header(Header::new("Content-Type", self.media_type))
            .sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes))
            .ok()
    }
}

/// Whether an `If-None-Match` names the picture; compared weakly (RFC 9110 §13.1.2).
fn is_known(header: &str, etag: &str) -> bool {
    header.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}
