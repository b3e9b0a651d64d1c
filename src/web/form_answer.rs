//! What a form comes to.

use askama::Template;
use rocket::request::Request;
use rocket::response::{Responder, Result};

use super::Html;
use super::flash::FlashRedirect;

/// The answer to a form: on to another page that says what was done, or its own page again with what is wrong.
#[allow(clippy::large_enum_variant, reason = "one is made for each request, and answered at once")]
pub enum FormAnswer<P> {
    /// On to another page, with a message.
    Told(FlashRedirect),
    /// A page.
    Page(Html<P>),
}

impl<'r, P: Template> Responder<'r, 'static> for FormAnswer<P> {
    fn respond_to(self, request: &'r Request<'_>) -> Result<'static> {
        match self {
            Self::Told(redirect) => redirect.respond_to(request),
            Self::Page(page) => page.respond_to(request),
        }
    }
}
