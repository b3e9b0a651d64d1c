//! Headers that every answer carries: pages, errors and downloads alike.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

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
}

#[rocket::async_trait]
impl Fairing for SecurityHeaders {
    fn info(&self) -> Info {
        Info { name: "security headers", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        if !response.headers().contains("Content-Security-Policy") {
            response.set_header(Header::new("Content-Security-Policy", self.page_policy.clone()));
        }
        let mut set = |name: &'static str, value: &'static str| {
            if !response.headers().contains(name) {
                response.set_header(Header::new(name, value));
            }
        };
        set("X-Content-Type-Options", "nosniff");
        set("X-Frame-Options", "DENY");
        set("Referrer-Policy", "same-origin");
        set("Cross-Origin-Opener-Policy", "same-origin");
        set("Cross-Origin-Resource-Policy", "same-origin");
        set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        if self.https {
            set("Strict-Transport-Security", "max-age=63072000");
        }
        // What is not said to be cacheable is a page for one visitor.
        set("Cache-Control", "private, no-cache");
        let id = super::request_id::of(request).to_string();
        response.set_header(Header::new("X-Request-Id", id));
    }
}
