//! Answers of the protocol.

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

use super::VERSION;
use crate::uploads::UploadError;
use crate::web;
use crate::web::cache_policy::CachePolicy;

/// An answer of the protocol: a status, headers, and for an error a sentence as plain text.
#[derive(Debug)]
pub struct TusAnswer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    sentence: String,
}

impl TusAnswer {
    /// An answer without a body.
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), sentence: String::new() }
    }

    /// A refusal.
    #[must_use]
    pub fn refusal(status: u16, sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), ..Self::new(status) }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The status that tells a client of the protocol why it goes no further.
fn status(error: &UploadError) -> u16 {
    match error {
        UploadError::Interrupted { .. } => 400,
        UploadError::NotFound => 404,
        UploadError::Stalled { .. } => 408,
        UploadError::Offset { .. } | UploadError::Publish(_) => 409,
        UploadError::Gone => 410,
        UploadError::TooLarge { .. }
        | UploadError::Beyond { .. }
        | UploadError::AccountFull { .. }
        | UploadError::ShopFull(_) => 413,
        UploadError::Format { .. } => 415,
        UploadError::Empty(_) | UploadError::Refused(_) => 422,
        UploadError::Busy => 423,
        UploadError::TooMany(_) => 429,
        UploadError::Checksum => 460,
        UploadError::DiskFull => 507,
        UploadError::Store(_) | UploadError::Thread(_) | UploadError::Database(_) => 500,
    }
}

/// An error of an upload, to a client of the protocol.
pub struct TusError(pub UploadError);

impl<E: Into<UploadError>> From<E> for TusError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<'r> Responder<'r, 'static> for TusError {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let cause = match self.0 {
            UploadError::Database(error) => return web::Error::from(error).respond_to(request),
            UploadError::Publish(crate::catalog::PublishError::Database(error)) => {
                return web::Error::from(error).respond_to(request);
            }
            error @ (UploadError::Store(_) | UploadError::Thread(_)) => {
                return web::Error::internal(error).respond_to(request);
            }
            error => error,
        };
        if matches!(cause, UploadError::DiskFull) {
            let id = web::request_id::of(request);
            tracing::error!(request_id = %id, "an upload was refused: the disk under the store is full");
        }
        TusAnswer::refusal(status(&cause), cause.to_string()).respond_to(request)
    }
}

impl<'r> Responder<'r, 'static> for TusAnswer {
    fn respond_to(self, _: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::build();
        response.status(Status::new(self.status));
        response.raw_header("Tus-Resumable", VERSION);
        response.header(CachePolicy::Never.header());
        for (name, value) in self.headers {
            response.header(Header::new(name, value));
        }
        if !self.sentence.is_empty() {
            response.header(ContentType::Plain);
            response.sized_body(self.sentence.len(), std::io::Cursor::new(self.sentence));
        }
        response.ok()
    }
}
