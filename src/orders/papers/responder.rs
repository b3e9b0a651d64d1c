//! Papers as answers: kept by no cache.

use rocket::http::{ContentType, Header};
use rocket::request::Request;
use rocket::response::{Responder, Response};

use super::pages::PaperPage;
use crate::web::Html;
use crate::web::cache_policy::CachePolicy;

/// A paper, as a page or as a PDF.
pub enum Shown {
    /// The page.
    Page(Box<PaperPage>),
    /// The PDF and its file's name.
    Pdf(Vec<u8>, String),
}

impl<'r> Responder<'r, 'static> for Shown {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = match self {
            Self::Page(page) => Html::ok(*page).respond_to(request)?,
            // Numbers are letters, digits and dashes.
            Self::Pdf(bytes, name) => Response::build()
                .header(ContentType::PDF)
                .header(Header::new("Content-Disposition", format!("inline; filename=\"{name}\"")))
                .sized_body(bytes.len(), std::io::Cursor::new(bytes))
                .finalize(),
        };
        response.set_header(CachePolicy::Never.header());
        Ok(response)
    }
}
