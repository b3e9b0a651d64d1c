//! The yes of the gate, from the front and without Rocket: a file costs less than the way through a web framework.
//!
//! It answers what is plain and gives nothing but a file. Whatever needs a page, a sentence or a second look (a refusal,
//! an error, an address or a cookie that is written in an unusual way) it leaves to the route, which asks anew.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::answer::{By, Question};
use super::guards::Answers;
use super::{Lanes, Ledger, Sent, responder};
use crate::accounts::guards::Asker;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::{Body, Conditions, Delivery};
use crate::front::{Asked, Quick, QuickBody, Shortcut};
use crate::ids::Token;
use crate::web::access_log;
use crate::web::cookies::ShopCookie;
use crate::web::request_id::{self, RequestId};
use crate::web::security_headers::SecurityHeaders;

/// The routes that a request would have come to, and what each begins with.
const ROUTE: &str = "/download/<file>";
const PREFIX: &str = "/download/";
const LINK_ROUTE: &str = "/get/<token>/<_>";
const LINK_PREFIX: &str = "/get/";

/// Answers downloads in the place of their route.
pub struct Direct {
    settings: Settings,
    db: Db,
    clock: Clock,
    delivery: Delivery,
    ledger: Ledger,
    lanes: Lanes,
    /// What every answer of the shop carries.
    headers: HeaderMap,
}

/// The parts of the shop that it takes to answer: those that its routes answer with.
pub struct Parts<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// Where sessions, orders and files are looked up.
    pub db: &'a Db,
    /// Tells the time.
    pub clock: &'a Clock,
    /// Hands the files over.
    pub delivery: &'a Delivery,
    /// Notes the answers.
    pub ledger: &'a Ledger,
    /// Who downloads how much at once.
    pub lanes: &'a Lanes,
    /// What every answer of the shop carries.
    pub security: &'a SecurityHeaders,
}

impl Direct {
    /// With the parts that the routes have, too.
    #[must_use]
    pub fn new(parts: &Parts<'_>) -> Self {
        let all = parts.security.all();
        Self {
            settings: parts.settings.clone(),
            db: parts.db.clone(),
            clock: parts.clock.clone(),
            delivery: parts.delivery.clone(),
            ledger: parts.ledger.clone(),
            lanes: parts.lanes.clone(),
            headers: all.filter_map(|(name, value)| header(name, &value)).collect(),
        }
    }

    async fn send(&self, asked: Asked<'_>) -> Option<Quick> {
        let began = Instant::now();
        let plain = Plain::of(asked.path)?;
        // Which device asks is for the route to find out.
        if self.settings.delivery.limits.devices_per_day > 0 {
            return None;
        }
        let question = Question {
            by: match plain {
                Plain::File(file) => By::Browser(file.to_owned(), self.asker(asked.headers)?),
                Plain::Link(token) => By::Link(Token::parse(token)?.hash()),
            },
            conditions: Conditions::read(asked.is_head, |name| {
                asked.headers.get_all(name).iter().map(HeaderValue::to_str).collect::<Result<_, _>>()
            })
            .ok()?,
            at: self.clock.now(),
        };
        let sent = self.answers().answer_a_yes(question).await?;
        let mut quick = self.quick(sent)?;
        if matches!(plain, Plain::Link(_)) {
            // No other site learns of the link from a browser.
            quick.headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        let method = if asked.is_head { "HEAD" } else { "GET" };
        let id = RequestId::new();
        access_log::note(method, &plain.route(), quick.status.as_u16(), began, &id);
        quick.headers.extend(header(request_id::HEADER, &id.to_string()));
        Some(quick)
    }

    /// Who asks, by cookies that leave no doubt.
    fn asker(&self, headers: &HeaderMap) -> Option<Asker> {
        let cookies = Cookies::of(headers)?;
        let https = self.settings.base_url.is_https();
        let cookie = |cookie: ShopCookie| cookies.get(cookie.name(https));
        Some(Asker::new(cookie(ShopCookie::Session)?, cookie(ShopCookie::Orders)?))
    }

    fn answers(&self) -> Answers<'_> {
        Answers {
            settings: &self.settings,
            db: &self.db,
            clock: &self.clock,
            delivery: &self.delivery,
            ledger: &self.ledger,
            lanes: &self.lanes,
            device: None,
        }
    }

    /// The delivery's answer as the front sends it; nothing is decided here.
    fn quick(&self, sent: Sent) -> Option<Quick> {
        let Sent { answer, meter } = sent;
        let mut headers = self.headers.clone();
        for (name, value) in answer.headers.iter().filter_map(|(name, value)| header(name, value)) {
            headers.insert(name, value);
        }
        let body = match answer.body {
            Body::Empty => QuickBody::Empty,
            Body::Text(text) => QuickBody::Text(text),
            Body::File(reader) => QuickBody::Load(responder::load((reader.length(), reader), meter)),
            Body::Archive(archive) => QuickBody::Load(responder::load((archive.length(), archive), meter)),
        };
        Some(Quick { status: StatusCode::from_u16(answer.status).ok()?, headers, body })
    }
}

impl Shortcut for Direct {
    fn answer<'a>(&'a self, asked: Asked<'a>) -> Pin<Box<dyn Future<Output = Option<Quick>> + Send + 'a>> {
        if [PREFIX, LINK_PREFIX].iter().any(|prefix| asked.path.starts_with(prefix)) {
            Box::pin(self.send(asked))
        } else {
            Box::pin(std::future::ready(None))
        }
    }
}

/// What a path asks for that is written in the one way in which the shop writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plain<'a> {
    /// A file, by its id.
    File(&'a str),
    /// What a link's token opens.
    Link(&'a str),
}

impl<'a> Plain<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if let Some(file) = path.strip_prefix(PREFIX) {
            return is_word(file).then_some(Self::File(file));
        }
        // The name behind the token is for the client alone: one segment of a path (RFC 3986 §3.3).
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:@".contains(&byte);
        let (token, name) = path.strip_prefix(LINK_PREFIX)?.split_once('/')?;
        let is_plain =
            is_word(token) && !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_name);
        is_plain.then_some(Self::Link(token))
    }

    fn route(self) -> &'static str {
        match self {
            Self::File(_) => ROUTE,
            Self::Link(_) => LINK_ROUTE,
        }
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}

/// A `Cookie` header of the usual form.
struct Cookies<'a>(&'a str);

impl<'a> Cookies<'a> {
    /// None for one that has to be decoded, or comes in several lines.
    fn of(headers: &'a HeaderMap) -> Option<Self> {
        let mut lines = headers.get_all(header::COOKIE).iter();
        let line = lines.next().map_or(Ok(""), HeaderValue::to_str).ok()?;
        (lines.next().is_none() && !line.contains(['%', '"'])).then_some(Self(line))
    }

    /// The value of the cookie `name`, if it is there; none at all if it is there twice.
    fn get(&self, name: &str) -> Option<Option<&'a str>> {
        let pairs = self.0.split(';').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(key, _)| key.trim() == name).map(|(_, value)| value.trim());
        let first = values.next();
        values.next().is_none().then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_written_in_another_way_is_left_to_the_route() {
        assert_eq!(Plain::of("/download/emma"), Some(Plain::File("emma")));
        assert_eq!(Plain::of("/get/t0k3n/Lit,%20Unlit%20(2).epub"), Some(Plain::Link("t0k3n")));
        for path in [
            "/download/",
            "/download/emma/",
            "/download/em%6da",
            "/download/emma?x",
            "/get/t0k3n",
            "/get/t0k3n/",
            "/get/t0%6b3n/Emma.pdf",
            "/get/t0k3n/Emma.pdf/",
            "/get/t0k3n/Emma.pdf?",
            "/get/t0k3n/..",
            "/get//Emma.pdf",
        ] {
            assert_eq!(Plain::of(path), None, "{path}");
        }
    }

    #[test]
    fn a_cookie_is_read_where_there_is_no_doubt_what_it_says() {
        let headers = |lines: &[&'static str]| -> HeaderMap {
            lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
        };
        let one = headers(&["theme=dark; bookplate-session=abc;bookplate-orders=d.e"]);
        let cookies = Cookies::of(&one).unwrap();
        assert_eq!(cookies.get("bookplate-session"), Some(Some("abc")));
        assert_eq!(cookies.get("bookplate-orders"), Some(Some("d.e")));
        assert_eq!(cookies.get("bookplate"), Some(None));
        let none = headers(&[]);
        assert_eq!(Cookies::of(&none).unwrap().get("bookplate-session"), Some(None));
        let twice = headers(&["bookplate-session=abc; bookplate-session=def"]);
        assert_eq!(Cookies::of(&twice).unwrap().get("bookplate-session"), None);
        for lines in
            [&["bookplate-session=abc", "bookplate-session=def"] as &[&'static str], &["a=%62"], &["a=\"b\""]]
        {
            let headers = lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect();
            assert!(Cookies::of(&headers).is_none(), "{lines:?}");
        }
    }
}
