//! Headers that every answer carries: pages, errors and downloads alike.

use std::borrow::Cow;

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

use super::request_id;

/// A page may load from this shop alone, run no inline script and take no inline style. Its forms lead to the shop, and
/// from there to the gateway's own page, if that is elsewhere: browsers check the whole way.
fn page_policy(pay_page: Option<&str>) -> String {
    let pay_page = pay_page.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'{pay_page}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Sets the headers; an answer that set one itself keeps it.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    https: bool,
    page_policy: String,
}

impl SecurityHeaders {
    /// `https`: whether customers come over TLS, so that HSTS may be promised. `pay_page`: the origin of the gateway's
    /// own pages, where they are not the shop's.
    #[must_use]
    pub fn new(https: bool, pay_page: Option<&str>) -> Self {
        Self { https, page_policy: page_policy(pay_page) }
    }

    /// The headers, name and value, of an answer that sets none of them itself; the request's id comes on top.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
        let secure = self.https.then_some(("Strict-Transport-Security", "max-age=63072000"));
        let fixed = ALWAYS.into_iter().chain(secure).map(|(name, value)| (name, Cow::Borrowed(value)));
        std::iter::once(("Content-Security-Policy", Cow::Owned(self.page_policy.clone()))).chain(fixed)
    }
}

/// What is the same for each shop.
const ALWAYS: [(&str, &str); 7] = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    // What is not said to be cacheable is a page for one visitor.
    ("Cache-Control", "private, no-cache"),
];

#[rocket::async_trait]
impl Fairing for SecurityHeaders {
    fn info(&self) -> Info {
        Info { name: "security headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        for (name, value) in self.all() {
            if !response.headers().contains(name) {
                response.set_header(Header::new(name, value));
            }
        }
        let id = request_id::of(request).to_string();
        response.set_header(Header::new(request_id::HEADER, id));
    }
}
