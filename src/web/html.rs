//! A rendered page as an answer.

use askama::Template;
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};

/// A page, with the status 200 unless another is given.
pub struct Html<T> {
    page: T,
    status: Status,
}

impl<T: Template> Html<T> {
    /// The page, with 200.
    pub const fn ok(page: T) -> Self {
        Self { page, status: Status::Ok }
    }

    /// The page of a form that could not be used, with 422: it shows what was typed and what is wrong.
    pub const fn unprocessable(page: T) -> Self {
        Self { page, status: Status::UnprocessableEntity }
    }

    /// The page with another status.
    pub const fn with_status(page: T, status: Status) -> Self {
        Self { page, status }
    }
}

impl<'r, T: Template> Responder<'r, 'static> for Html<T> {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        match self.page.render() {
            Ok(html) => Response::build_from(html.respond_to(request)?)
                .header(ContentType::HTML)
                .status(self.status)
                .ok(),
            Err(error) => super::Error::internal(error).respond_to(request),
        }
    }
}
