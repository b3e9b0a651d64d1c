//! How the shop sets cookies: never readable by scripts, never sent along from other sites, and over TLS bound to this
//! very host by the `__Host-` prefix (RFC 6265bis §4.1.3.2).

use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::time::Duration;

use crate::config::BaseUrl;

/// A cookie of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopCookie {
    /// The session's token.
    Session,
    /// The cart of a visitor without an account.
    Cart,
    /// The access tokens of a guest's orders, newest first, separated by dots.
    Orders,
    /// A message for the next page.
    Flash,
}

impl ShopCookie {
    /// The cookie's name at this address.
    #[must_use]
    pub const fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-bookplate-session",
            (Self::Session, false) => "bookplate-session",
            (Self::Cart, true) => "__Host-bookplate-cart",
            (Self::Cart, false) => "bookplate-cart",
            (Self::Orders, true) => "__Host-bookplate-orders",
            (Self::Orders, false) => "bookplate-orders",
            (Self::Flash, true) => "__Host-bookplate-flash",
            (Self::Flash, false) => "bookplate-flash",
        }
    }

    /// The value that the browser brought.
    #[must_use]
    pub fn get<'c>(self, cookies: &'c CookieJar<'_>, base_url: &BaseUrl) -> Option<&'c str> {
        cookies.get(self.name(base_url.is_https())).map(Cookie::value)
    }

    /// Sets the value, for this browser session or for `days`.
    pub fn set(self, cookies: &CookieJar<'_>, base_url: &BaseUrl, value: String, days: Option<u32>) {
        let mut cookie = Cookie::build((self.name(base_url.is_https()), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(base_url.is_https());
        if let Some(days) = days {
            cookie = cookie.max_age(Duration::days(i64::from(days)));
        }
        cookies.add(cookie);
    }

    /// Removes the cookie.
    pub fn remove(self, cookies: &CookieJar<'_>, base_url: &BaseUrl) {
        let https = base_url.is_https();
        cookies.remove(
            Cookie::build(self.name(https)).path("/").secure(https).http_only(true).same_site(SameSite::Lax),
        );
    }
}
