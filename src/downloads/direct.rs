//! The yes of the gate, from the front and without Rocket: a file costs less than the way through a web framework.
//!
//! It answers what is plain and gives nothing but a file. Whatever needs a page, a sentence or a second look (a refusal,
//! an error, an address or a cookie that is written in an unusual way) it leaves to the route, which asks anew.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue, ToStrError};

use super::answer::{By, Question};
use super::guards::Answers;
use super::{Lanes, Ledger, Sent, responder};
use crate::accounts::guards::Asker;
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::delivery::{Body, Conditions, Delivery};
use crate::front::{Asked, Quick, QuickBody, Shortcut};
use crate::web::access_log;
use crate::web::cookies::ShopCookie;
use crate::web::request_id::{self, RequestId};
use crate::web::security_headers::SecurityHeaders;

/// The route that a request would have come to, and its one argument.
const ROUTE: &str = "/download/<file>";
const PREFIX: &str = "/download/";

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
        let file = plain_id(asked.path)?;
        // Which device asks is for the route to find out.
        if self.settings.delivery.limits.devices_per_day > 0 {
            return None;
        }
        let cookies = Cookies::of(asked.headers)?;
        let https = self.settings.base_url.is_https();
        let cookie = |cookie: ShopCookie| cookies.get(cookie.name(https));
        let asker = Asker::new(cookie(ShopCookie::Session)?, cookie(ShopCookie::Orders)?);
        let question = Question {
            by: By::Browser(file.to_owned(), asker),
            conditions: conditions(&asked).ok()?,
            at: self.clock.now(),
        };
        let sent = self.answers().answer_a_yes(question).await?;
        let mut quick = self.quick(sent)?;
        let method = if asked.is_head { "HEAD" } else { "GET" };
        let id = RequestId::new();
        access_log::note(method, &ROUTE, quick.status.as_u16(), began, &id);
        quick.headers.extend(header(request_id::HEADER, &id.to_string()));
        Some(quick)
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
        if asked.path.starts_with(PREFIX) {
            Box::pin(self.send(asked))
        } else {
            Box::pin(std::future::ready(None))
        }
    }
}

/// The file that a path names; none for a path that is written in any but the one way that the shop writes it.
fn plain_id(path: &str) -> Option<&str> {
    let file = path.strip_prefix(PREFIX)?;
    (!file.is_empty() && file.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(file)
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

/// As the route reads them: several lines of one field are one list (RFC 9110 §5.2).
fn conditions(asked: &Asked<'_>) -> Result<Conditions, ToStrError> {
    let field = |name: HeaderName| {
        let lines: Result<Vec<&str>, ToStrError> =
            asked.headers.get_all(name).iter().map(HeaderValue::to_str).collect();
        lines.map(|lines| (!lines.is_empty()).then(|| lines.join(", ")))
    };
    Ok(Conditions {
        head: asked.is_head,
        range: field(header::RANGE)?,
        if_range: field(header::IF_RANGE)?,
        if_match: field(header::IF_MATCH)?,
        if_none_match: field(header::IF_NONE_MATCH)?,
        if_modified_since: field(header::IF_MODIFIED_SINCE)?,
        if_unmodified_since: field(header::IF_UNMODIFIED_SINCE)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_written_in_another_way_is_left_to_the_route() {
        assert_eq!(plain_id("/download/emma"), Some("emma"));
        for path in ["/download/", "/download/emma/", "/download/em%6da", "/download/emma?x", "/get/emma"] {
            assert_eq!(plain_id(path), None, "{path}");
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
