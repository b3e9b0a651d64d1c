//! One table of requests for a file that was bought, asked by every way on one connection that is kept: whatever the
//! answer was, the next one must begin where it ended.
//!
//! Where a web server answers otherwise and the shop can't help it, the case says so, and why.

mod conditions;
mod ranges;

use std::cell::RefCell;
use std::ops::Range;

use bookplate::config::Backend;

use crate::client::{Connection, Reply};
use crate::requests::parts;
use crate::shop::{OnSale, Shop};

/// The length of the file that is asked for.
const SIZE: usize = 1000;
/// Before and after the time of the file.
const OLDER: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
const LATER: &str = "Mon, 05 Jan 2026 00:00:00 GMT";

/// A request, and its answer.
pub struct Case {
    /// The headers of the request. `{etag}` and `{modified}` stand for the file's validators.
    pub headers: &'static [(&'static str, &'static str)],
    /// The answer to `GET`.
    pub expected: Answer,
    /// Who answers otherwise.
    pub but: &'static [But],
}

/// An answer that a server gives instead, from a folder.
pub struct But {
    pub backends: &'static [Backend],
    pub answer: Answer,
    /// Why that can't be helped, and does no harm.
    pub why: &'static str,
}

/// What comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// 200 with the whole file.
    Whole,
    /// 206 with exactly these bytes, in one part or several, in any order.
    Bytes(&'static [Range<usize>]),
    /// 304 without a body.
    NotModified,
    /// 412 without the file.
    Failed,
    /// 416 that says how long the file is.
    Unsatisfiable,
    /// 416 that may say nothing of the length.
    Refused,
    /// 200 or 206, with no more bytes of the file than it has.
    NoMoreThanTheFile,
}

/// A thousand bytes in which no two places look alike.
fn book() -> Vec<u8> {
    (0..500_u16).flat_map(u16::to_be_bytes).collect()
}

/// A connection to a shop, made anew only where the server has said that it closes the last one.
struct Asking<'a> {
    shop: &'a Shop,
    connection: Option<Connection>,
}

impl Asking<'_> {
    fn ask(&mut self, method: &str, headers: &[(&str, &str)]) -> Reply {
        let connection = self.connection.get_or_insert_with(|| Connection::open(self.shop.address).unwrap());
        let headers = [&[("Cookie", self.shop.cookie.as_str())], headers].concat();
        let reply = connection.ask(method, "/download/book", &headers).unwrap_or_else(|error| {
            panic!("{:?}: {method} {headers:?}: the connection is out of order: {error}", self.shop.backend)
        });
        if reply.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            self.connection = None;
        }
        reply
    }
}

#[test]
fn every_way_gives_the_answers_of_the_table() {
    let wrong = RefCell::new(Vec::new());
    Shop::each(&[OnSale { id: "book", name: "Emma.epub", bytes: &book() }], |shop| {
        let mut asking = Asking { shop, connection: None };
        let whole = asking.ask("GET", &[]);
        let (etag, modified) = (whole.header("ETag").unwrap(), whole.header("Last-Modified").unwrap());
        let many: Vec<String> = (0..SIZE).map(|at| format!("{at}-{at}")).collect();
        let fill = |value: &str| {
            let value = value.replace("{etag}", etag).replace("{modified}", modified);
            value.replace("{older}", OLDER).replace("{later}", LATER).replace("{thousand}", &many.join(","))
        };
        for case in ranges::CASES.iter().chain(conditions::CASES) {
            let filled: Vec<_> = case.headers.iter().map(|(name, value)| (*name, fill(value))).collect();
            let headers: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let but = case.but.iter().find(|but| shop.backend.is_local(but.backends));
            let expected = but.map_or(case.expected, |but| but.answer);
            for method in ["GET", "HEAD"] {
                let reply = asking.ask(method, &headers);
                let checked = match method {
                    "GET" => check(&reply, expected, etag).and_then(|()| check_headers(shop, &reply)),
                    _ => check_head(&reply, case).and_then(|()| check_headers(shop, &reply)),
                };
                if let Err(problem) = checked {
                    let why = but.map_or("", |but| but.why);
                    let way = shop.backend;
                    wrong.borrow_mut().push(format!("{way:?}: {method} {:?}: {problem} {why}", case.headers));
                }
            }
        }
    });
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether `reply` to a `GET` is what was expected; the problem, if it isn't.
fn check(reply: &Reply, expected: Answer, etag: &str) -> Result<(), String> {
    let status = match expected {
        Answer::Whole => 200,
        Answer::Bytes(_) => 206,
        Answer::NotModified => 304,
        Answer::Failed => 412,
        Answer::Unsatisfiable | Answer::Refused => 416,
        Answer::NoMoreThanTheFile if reply.status == 206 => 206,
        Answer::NoMoreThanTheFile => 200,
    };
    let said = |what: &str| Err(format!("{what}: {} {:?}", reply.status, reply.headers));
    if reply.status != status {
        return said(&format!("{expected:?} was expected"));
    }
    if matches!(status, 200 | 206 | 304) && reply.header("ETag") != Some(etag) {
        return said("another ETag");
    }
    if matches!(status, 200 | 206)
        && reply.header("Content-Length") != Some(reply.body.len().to_string().as_str())
    {
        return said("another Content-Length than body");
    }
    match expected {
        Answer::Whole if reply.body != book() => said("another file"),
        Answer::Bytes(places) => {
            let wanted: Vec<usize> = places.iter().cloned().flatten().collect();
            let mut got = Vec::new();
            for (place, bytes) in parts(reply) {
                let range = place_of(&place).ok_or(format!("the place {place:?}"))?;
                if book().get(range.clone()) != Some(&bytes) {
                    return said(&format!("other bytes at {place}"));
                }
                got.extend(range);
            }
            got.sort_unstable();
            if got == wanted { Ok(()) } else { said("other places") }
        }
        Answer::Unsatisfiable if reply.header("Content-Range") != Some("bytes */1000") => said("no length"),
        Answer::NoMoreThanTheFile => {
            let sent: usize = match status {
                206 => parts(reply).iter().map(|(_, bytes)| bytes.len()).sum(),
                _ => reply.body.len(),
            };
            if sent <= SIZE { Ok(()) } else { said("more than the file") }
        }
        _ => Ok(()),
    }
}

/// `HEAD` says what `GET` would, without its bytes; a range means nothing for it (RFC 9110 §14.2).
fn check_head(reply: &Reply, case: &Case) -> Result<(), String> {
    let has_range = case.headers.iter().any(|(name, _)| *name == "Range");
    // nginx, Apache and Caddy look at a range here, too. Nothing is sent, so nothing is mixed up.
    let fits = match reply.status {
        200 => reply.header("Content-Length") == Some("1000"),
        206 | 416 => has_range,
        304 | 412 => !matches!(case.expected, Answer::Whole | Answer::Bytes(_)),
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{} {:?}", reply.status, reply.headers)) }
}

/// Each header once, and none that says where the file lies.
fn check_headers(shop: &Shop, reply: &Reply) -> Result<(), String> {
    let mut names: Vec<_> = reply.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    if names.windows(2).any(|two| two[0] == two[1]) {
        return Err(format!("a header came twice: {:?}", reply.headers));
    }
    let head: String = reply.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let key = shop.key("book");
    let folder = shop.store_folder().display().to_string();
    for secret in [
        "protected",
        "sendfile",
        "accel-redirect",
        "x-amz",
        "bookplate-range",
        "sea-books",
        key.as_str(),
        &folder,
    ] {
        if head.to_ascii_lowercase().contains(&secret.to_ascii_lowercase()) {
            return Err(format!("{secret:?} shows in {head}"));
        }
    }
    Ok(())
}

/// `bytes 0-9/1000`, counted from 0 without its end.
fn place_of(text: &str) -> Option<Range<usize>> {
    let (first, last) = text.strip_prefix("bytes ")?.strip_suffix("/1000")?.split_once('-')?;
    Some(first.parse().ok()?..last.parse::<usize>().ok()? + 1)
}
