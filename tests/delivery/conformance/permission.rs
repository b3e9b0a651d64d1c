//! Who may have the book, and that the others learn nothing: neither from the answer to a method or a condition, nor
//! from what it says of a file that isn't there.

use bookplate::config::Denied;

use super::people::Person;
use super::walk::Walk;
use super::{ANOTHER_FORMAT, BOOK, WORDS_AS_MOBI, book, secrets};
use crate::client::Reply;

/// What is asked along. `{etag}` stands for the book's, which someone may have kept from better days.
const CASES: &[&[(&str, &str)]] = &[
    &[],
    &[("Range", "bytes=0-9")],
    &[("Range", "bytes=0-9"), ("Accept", "text/html")],
    &[("Range", "bytes=20-"), ("If-Range", "{etag}")],
    &[("Range", "bytes=0-1,3-4"), ("If-Range", "*")],
    &[("Range", "bytes=99999-")],
    &[("If-None-Match", "*")],
    &[("If-None-Match", "{etag}")],
    &[("If-Match", "*")],
    &[("If-Match", "\"other\"")],
    &[("If-Modified-Since", "Mon, 05 Jan 2026 00:00:00 GMT")],
    &[("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")],
    // Programs, and a page that asks by itself.
    &[("Accept", "*/*")],
    &[("Sec-Fetch-Mode", "no-cors"), ("Accept", "text/html")],
];

/// A person who follows a link in a browser.
const NAVIGATION: &[(&str, &str)] =
    &[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Sec-Fetch-Mode", "navigate")];

/// A file that isn't there. Its id is as long as those that are, so that an answer that repeats it is as long, too.
const UNKNOWN: &str = "emma-none";

pub fn walk(walk: &mut Walk, people: &[Person], denied: Denied) {
    let etag = walk.get("GET", BOOK, &[]).header("ETag").unwrap_or_default().to_owned();
    for person in people {
        let Some(forbidden) = person.forbidden else {
            may_have_it(walk, person);
            continue;
        };
        let status = if denied == Denied::Forbidden { forbidden } else { 404 };
        // The setting changes the status alone: a few conditions will do.
        let cases = if denied == Denied::Forbidden { &CASES[..3] } else { CASES };
        for case in cases {
            let filled: Vec<_> =
                case.iter().map(|(name, value)| (*name, value.replace("{etag}", &etag))).collect();
            let headers: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
            is_refused(walk, person, &headers, status, BOOK);
            if matches!(case, [] | [("Range", _)]) {
                is_refused(walk, person, &headers, status, ANOTHER_FORMAT);
            }
        }
        // Only a person of whom nothing is known is sent to sign in.
        let status = if person.is_known { status } else { 303 };
        is_refused(walk, person, NAVIGATION, status, BOOK);
    }
}

fn may_have_it(walk: &mut Walk, person: &Person) {
    for (id, bytes) in [(BOOK, book()), (ANOTHER_FORMAT, WORDS_AS_MOBI)] {
        let reply = walk.get_as(&person.cookie, "GET", id, &[]);
        let is_sent = reply.status == 200 && reply.body == bytes;
        walk.expect(is_sent, || format!("{}: {id} was expected", person.who), &reply);
    }
    let reply = walk.get_as(&person.cookie, "GET", UNKNOWN, &[]);
    walk.expect(matches!(reply.status, 403 | 404), || format!("{}: {UNKNOWN}", person.who), &reply);
}

/// The same answer to the file `id` as to one that isn't there, and nothing in it.
fn is_refused(walk: &mut Walk, person: &Person, headers: &[(&str, &str)], status: u16, id: &str) {
    for method in ["GET", "HEAD"] {
        let mut ask = |id: &str| walk.ask_as(&person.cookie, method, &format!("/download/{id}"), headers);
        let (unknown, reply) = (ask(UNKNOWN), ask(id));
        let asked = || format!("{}: {method} {id} {headers:?}", person.who);
        walk.expect(reply.status == status, || format!("{}: {status} was expected", asked()), &reply);
        let is_same = without_ids(&reply, id) == without_ids(&unknown, UNKNOWN);
        let says = || format!("{}: {:?} was expected", asked(), without_ids(&unknown, UNKNOWN));
        walk.expect(is_same, says, &reply);
        let to_sign_in = reply.header("Location").is_some_and(|place| place.starts_with("/sign-in?next="));
        walk.expect(to_sign_in == (status == 303), || format!("{}: the way to sign in", asked()), &reply);
        // The way to sign in is kept by nobody in any case (RFC 9110 §15.1).
        let is_not_kept = status == 303 || reply.header("Cache-Control") == Some("no-store");
        walk.expect(is_not_kept, || format!("{}: it may be kept", asked()), &reply);
        let checked = secrets::check_refusal(&walk.shop, id, &reply);
        walk.expect(checked.is_ok(), || format!("{}: {checked:?}", asked()), &reply);
    }
}

/// An answer but for what it repeats of its own request, the time, and how many more its connection takes.
fn without_ids(reply: &Reply, file: &str) -> (u16, Vec<(String, String)>, String) {
    let id = reply.header("X-Request-Id").expect("each answer has an id");
    let own = ["date", "x-request-id", "connection", "keep-alive"];
    let headers = reply.headers.iter().filter(|(name, _)| !own.contains(&name.to_ascii_lowercase().as_str()));
    let headers = headers.map(|(name, value)| (name.clone(), value.replace(file, "FILE"))).collect();
    let text = String::from_utf8_lossy(&reply.body).replace(id, "ID").replace(file, "FILE");
    (reply.status, headers, text)
}
