//! A form that can't be used, or a request that failed.

use askama::Template;
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response};
use rocket::serde::json::json;

use super::{Error, Errors, Html, request_id, wants};

/// Why a form's request got no answer of its own: the form again with what was typed and what is wrong (422), for a
/// program its fields as JSON; or an error like any other.
pub enum Refused<P> {
    /// What is wrong at which field, and the page that shows it.
    Form(Box<P>, Errors),
    /// Another reason.
    Error(Error),
}

impl<P> Refused<P> {
    /// The form's page, which shows `errors` itself.
    pub fn form(page: P, errors: Errors) -> Self {
        Self::Form(Box::new(page), errors)
    }
}

impl<P, E: Into<Error>> From<E> for Refused<P> {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

impl<'r, P: Template> Responder<'r, 'static> for Refused<P> {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let (page, errors) = match self {
            Self::Error(error) => return error.respond_to(request),
            Self::Form(page, errors) => (page, errors),
        };
        if !wants::json(request) {
            return Html::unprocessable(*page).respond_to(request);
        }
        let fields: serde_json::Map<String, serde_json::Value> =
            errors.iter().map(|(field, sentence)| (field.to_owned(), sentence.into())).collect();
        let message = errors.iter().next().map_or("What was sent can't be used.", |(_, sentence)| sentence);
        let error = json!({
            "status": Status::UnprocessableEntity.code,
            "message": message,
            "request_id": request_id::of(request).to_string(),
            "fields": fields,
        });
        Response::build_from(json!({ "error": error }).to_string().respond_to(request)?)
            .header(ContentType::JSON)
            .status(Status::UnprocessableEntity)
            .ok()
    }
}
