//! A message for the page after a redirect.

use rocket::http::{CookieJar, Status};
use rocket::request::Request;
use rocket::response::{Redirect, Responder};

use super::cookies::ShopCookie;
use crate::config::{BaseUrl, Settings};

/// What kind of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It worked.
    Success,
    /// It did not.
    Error,
    /// Something to know.
    Info,
}

impl Kind {
    /// The class name on the page.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Info => "info",
        }
    }
}

/// A message, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// What kind of news.
    pub kind: Kind,
    /// A sentence.
    pub text: String,
}

impl Flash {
    /// It worked.
    #[must_use]
    pub fn success(text: impl Into<String>) -> Self {
        Self { kind: Kind::Success, text: text.into() }
    }

    /// It did not.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self { kind: Kind::Error, text: text.into() }
    }

    /// Something to know.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self { kind: Kind::Info, text: text.into() }
    }

    /// A redirect (303) to `path`, whose page shows this message.
    #[must_use]
    pub fn to(self, path: impl Into<String>) -> FlashRedirect {
        FlashRedirect { flash: self, path: path.into() }
    }

    /// Takes the message that the browser brought; it is not shown again.
    #[must_use]
    pub fn take(cookies: &CookieJar<'_>, base_url: &BaseUrl) -> Option<Self> {
        let value = ShopCookie::Flash.get(cookies, base_url)?.to_owned();
        ShopCookie::Flash.remove(cookies, base_url);
        let (kind, text) = value.split_once(':')?;
        let kind =
            [Kind::Success, Kind::Error, Kind::Info].into_iter().find(|known| known.as_str() == kind)?;
        let text = rocket::http::RawStr::new(text).percent_decode().ok()?.into_owned();
        (text.len() <= 400).then_some(Self { kind, text })
    }
}

/// A redirect with a message.
pub struct FlashRedirect {
    flash: Flash,
    path: String,
}

impl<'r> Responder<'r, 'static> for FlashRedirect {
    fn respond_to(self, request: &'r Request<'_>) -> rocket::response::Result<'static> {
        let settings = request.rocket().state::<Settings>().ok_or(Status::InternalServerError)?;
        let text = rocket::http::RawStr::new(&self.flash.text).percent_encode().to_string();
        let value = format!("{}:{text}", self.flash.kind.as_str());
        ShopCookie::Flash.set(request.cookies(), &settings.base_url, value, None);
        Redirect::to(self.path).respond_to(request)
    }
}
