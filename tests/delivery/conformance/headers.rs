//! What stands in the answer to a whole file, by `GET` and by `HEAD`, on a connection that is kept.

use std::time::Duration;

use bookplate::config::Backend;

use super::walk::Walk;
use super::{BOOK, But, answer_of, book};
use crate::client::Connection;
use crate::shop::{FILE_TIME, Way};

/// A header, and its value in the answer.
struct Case {
    name: &'static str,
    expected: Option<&'static str>,
    but: &'static [But<Option<&'static str>>],
}

const ON_THE_STEP_BEFORE: But<Option<&str>> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: None,
    why: "S3 can't be asked to say it; where it matters, the shop has said it when it sent the reader there",
};

const S3_TAKES_RANGES_WITHOUT_A_WORD: But<Option<&str>> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: None,
    why: "the tests' server doesn't say that it takes ranges; S3 does",
};

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { name: "Content-Type", expected: Some("application/epub+zip"), but: &[] },
    Case { name: "Content-Length", expected: Some("1000"), but: &[] },
    Case { name: "Content-Disposition", expected: Some("attachment; filename=\"Emma.epub\"; filename*=UTF-8''Emma.epub"), but: &[] },
    Case { name: "Cache-Control", expected: Some("private, no-cache"), but: &[] },
    Case { name: "Accept-Ranges", expected: Some("bytes"), but: &[S3_TAKES_RANGES_WITHOUT_A_WORD] },
    Case { name: "X-Content-Type-Options", expected: Some("nosniff"), but: &[ON_THE_STEP_BEFORE] },
    Case { name: "Content-Security-Policy", expected: Some("default-src 'none'; sandbox"), but: &[ON_THE_STEP_BEFORE] },
    Case { name: "Cross-Origin-Resource-Policy", expected: Some("same-origin"), but: &[ON_THE_STEP_BEFORE] },
    Case { name: "X-Robots-Tag", expected: Some("noindex"), but: &[ON_THE_STEP_BEFORE] },
    Case { name: "Vary", expected: Some("Cookie"), but: &[ON_THE_STEP_BEFORE] },
];

pub fn walk(walk: &mut Walk) {
    for method in ["GET", "HEAD"] {
        let reply = walk.get(method, BOOK, &[]);
        let is_sent = reply.status == 200 && (method == "HEAD" || reply.body == book());
        walk.expect(is_sent, || format!("{method}: the book was expected"), &reply);
        if method == "HEAD" && walk.is_sent_on() {
            // The tests' server is asked for these by the address, and heeds it for `GET` alone; S3 for both.
            continue;
        }
        for case in CASES {
            let (expected, why) = answer_of(walk.way(), case.expected, case.but);
            let says = || format!("{method}: {}: {expected:?} was expected {why}", case.name);
            walk.expect(reply.header(case.name) == expected, says, &reply);
        }
        for (name, value) in validators(walk) {
            let says = || format!("{method}: {name}: {value} was expected");
            walk.expect(reply.header(name) == Some(&value), says, &reply);
        }
    }
    the_connection_is_kept(walk);
}

/// Both follow from the file's time and length, alike by every way. Caddy before 2.7 makes a tag of its own, and judges
/// by that; S3's are its own.
fn validators(walk: &Walk) -> Vec<(&'static str, String)> {
    let etag = ("ETag", format!("\"{:x}-3e8\"", FILE_TIME.as_secs()));
    let modified = ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT".to_owned());
    match walk.way() {
        Way::S3(Backend::Redirect) => vec![],
        Way::Local(Backend::Caddy) => vec![modified],
        _ => vec![etag, modified],
    }
}

/// One answer after the other on one connection, and not a byte between them or after.
fn the_connection_is_kept(walk: &mut Walk) {
    let mut connection = Connection::open(walk.shop.address).unwrap();
    let cookie = walk.shop.cookie.clone();
    let status = if walk.is_sent_on() { 302 } else { 200 };
    for method in ["GET", "HEAD", "GET", "HEAD"] {
        match connection.ask(method, "/download/emma-epub", &[("Cookie", &cookie)]) {
            Ok(reply) => {
                let is_kept = reply.status == status && reply.header("Connection") != Some("close");
                walk.expect(is_kept, || format!("{method} on a connection that is kept"), &reply);
            }
            Err(error) => walk.wrong(format!("{method} on a connection that is kept: {error}")),
        }
    }
    std::thread::sleep(Duration::from_millis(50));
    if !connection.is_silent() {
        walk.wrong("something came after the last answer, or the connection was closed".to_owned());
    }
}
