//! Answers that show an order: kept by no cache, and asked for again while the money is on its way.

use rocket::http::Header;
use rocket::request::Request;
use rocket::response::{Redirect, Responder, Response};

use super::pages::ReceiptPage;
use crate::web::Html;
use crate::web::cache_policy::CachePolicy;

/// An order's page.
pub struct Shown {
    page: ReceiptPage,
    refresh: Option<String>,
}

impl Shown {
    /// The page as it is.
    pub const fn once(page: ReceiptPage) -> Self {
        Self { page, refresh: None }
    }

    /// The page, and after some seconds the page at `address`: what it shows may change by itself.
    pub fn again(page: ReceiptPage, seconds: u32, address: &str) -> Self {
        Self { page, refresh: Some(format!("{seconds}; url={address}")) }
    }
}

impl<'r> Responder<'r, 'static> for Shown {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let mut response = Response::build_from(Html::ok(self.page).respond_to(request)?);
        response.header(CachePolicy::Never.header());
        if let Some(refresh) = self.refresh {
            response.header(Header::new("Refresh", refresh));
        }
        response.ok()
    }
}

/// The way from a mail's link to the clean address: the link itself goes to nobody.
pub struct Opened(pub Redirect);

impl<'r> Responder<'r, 'static> for Opened {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        Response::build_from(self.0.respond_to(request)?)
            .header(CachePolicy::Never.header())
            .header(Header::new("Referrer-Policy", "no-referrer"))
            .ok()
    }
}
