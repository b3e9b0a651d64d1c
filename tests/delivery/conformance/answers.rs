//! What comes of a file of 1000 bytes: the rows of ranges and conditions, and whether an answer is theirs.

use std::ops::Range;

use super::parts::{parts, place_of};
use super::walk::Walk;
use super::{BOOK, But, answer_of, book};
use crate::client::Reply;

/// The length of the file that is asked for.
const SIZE: usize = 1000;
/// Before and after the time of the file.
const OLDER: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
const LATER: &str = "Mon, 05 Jan 2026 00:00:00 GMT";

/// A request, and its answer.
pub struct Case {
    /// The headers of the request. `{etag}` and `{modified}` stand for the file's validators.
    pub headers: &'static [(&'static str, &'static str)],
    /// The answer to `GET`; `HEAD` gets the same without the bytes.
    pub expected: Answer,
    /// Who answers otherwise.
    pub but: &'static [But<Answer>],
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
    /// 400 without the file.
    NotUnderstood,
    /// 500 without the file.
    Broken,
    /// 200 or 206, with no more bytes of the file than it has.
    NoMoreThanTheFile,
}

/// The file's validators, which stand in the rows as `{etag}` and `{modified}`.
struct Validators {
    etag: String,
    modified: String,
}

impl Validators {
    fn fill(&self, value: &str) -> String {
        let list = |each: &str, count: usize| vec![each; count].join(",");
        let bytes = |count: usize, step: usize| -> String {
            let places = (0..count).map(|at| format!("{0}-{0}", at * step));
            places.collect::<Vec<_>>().join(",")
        };
        value
            .replace("{etag}", &self.etag)
            .replace("{modified}", &self.modified)
            .replace("{older}", OLDER)
            .replace("{later}", LATER)
            .replace("{thousand}", &bytes(SIZE, 1))
            .replace("{seventeen}", &bytes(17, 3))
            .replace("{the rest, 500 times}", &list("0-", 500))
            .replace("{all, five times}", &list("0-999", 5))
    }
}

/// Asks for each row, by `GET` and by `HEAD` in turn.
pub fn walk(walk: &mut Walk, cases: &[Case]) {
    let whole = walk.get("GET", BOOK, &[]);
    let said = |name| whole.header(name).expect(name).to_owned();
    let validators = Validators { etag: said("ETag"), modified: said("Last-Modified") };
    for case in cases {
        let filled: Vec<_> =
            case.headers.iter().map(|(name, value)| (*name, validators.fill(value))).collect();
        let headers: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (expected, why) = answer_of(walk.way(), case.expected, case.but);
        for method in ["GET", "HEAD"] {
            let reply = walk.get(method, BOOK, &headers);
            let checked = match method {
                "GET" => check(&reply, expected, &validators.etag),
                _ => check_head(&reply, case, expected),
            };
            if let Err(problem) = checked {
                walk.wrong(format!("{method} {:?}: {problem} {why}", case.headers));
            }
        }
    }
}

/// Whether `reply` to a `GET` is what was expected; the problem, if it isn't.
fn check(reply: &Reply, expected: Answer, etag: &str) -> Result<(), String> {
    let status = match expected {
        Answer::Whole => 200,
        Answer::Bytes(_) => 206,
        Answer::NotModified => 304,
        Answer::Failed => 412,
        Answer::Unsatisfiable | Answer::Refused => 416,
        Answer::NotUnderstood => 400,
        Answer::Broken => 500,
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
                if book().get(range.clone()) != Some(bytes.as_slice()) {
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
fn check_head(reply: &Reply, case: &Case, expected: Answer) -> Result<(), String> {
    let has_range = case.headers.iter().any(|(name, _)| *name == "Range");
    // nginx, Apache and Caddy look at a range here, too. Nothing is sent, so nothing is mixed up.
    let fits = match reply.status {
        200 => {
            let is_whole = !matches!(expected, Answer::NotModified | Answer::Failed);
            is_whole && reply.header("Content-Length") == Some("1000")
        }
        206 | 416 => has_range,
        400 => has_range || expected == Answer::NotUnderstood,
        304 => expected == Answer::NotModified,
        412 => expected == Answer::Failed,
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("{} {:?}", reply.status, reply.headers)) }
}
