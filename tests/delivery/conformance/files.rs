//! What may become of a file in the store, and what its readers get then. Goes after the rooms that need their file
//! whole: each row has one of its own.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use bookplate::config::Backend;
use bookplate::db::schema::{book_files, downloads};
use diesel::prelude::*;

use super::walk::Walk;
use super::{But, answer_of, harm, secrets, under_way};
use crate::client::Reply;
use crate::shop::{OnSale, Shop, Way};

/// A file, what becomes of it, and what is asked for then.
struct Case {
    /// The id in its address.
    id: &'static str,
    can_be: In,
    /// Whether it is read before that. A server may have it open afterwards.
    is_read_before: bool,
    /// Does it to the file with this id.
    harm: fn(&Shop, &str),
    asked: &'static [Ask],
}

/// Where that can happen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Any,
    /// A bucket knows no links, pipes and rights, and an object is only ever written under the hash of its content.
    Folder,
}

/// A request, and its answer.
struct Ask {
    method: &'static str,
    /// `{etag}` and `{modified}` stand for the validators from before, `{now}` for the tag that came last.
    headers: &'static [(&'static str, &'static str)],
    expected: Told,
    but: &'static [But<Told>],
}

/// What comes back.
#[derive(Debug, Clone, Copy)]
enum Told {
    /// 200 with these bytes.
    Sent(&'static [u8]),
    /// 200 without a body that says this length.
    Length(&'static str),
    /// 206 with this place, and as many zeros.
    Zeros(&'static str, usize),
    /// 416 that says this.
    Behind(&'static str),
    /// This status, without the file.
    Status(u16),
    /// 502 with a word to the buyer, while the operator learns from the log which file it is.
    Lost,
    /// 403, 404 or 502.
    Closed,
}

/// What is in each file at first: nothing that is in another one, too, since that would be the same file to the store.
static WORDS: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let words = |id| (id, if id == EMPTY { String::new() } else { format!("All the words of {id}") });
    CASES.iter().map(|case| case.id).chain(under_way::IDS).map(words).collect()
});
const EMPTY: &str = "file-empty";

const GET: Ask = Ask { method: "GET", headers: &[], expected: Told::Lost, but: &[] };
const HEAD: Ask = Ask { method: "HEAD", headers: &[], expected: Told::Status(502), but: &[] };
const LOST: &[Ask] = &[
    GET,
    HEAD,
    Ask { headers: &[("Range", "bytes=4-"), ("If-Range", "{etag}")], ..GET },
    Ask { headers: &[("If-Match", "\"other\"")], ..GET },
];
const S3_SAYS_NO_LENGTH: But<Told> = But {
    ways: &[Way::S3(Backend::Redirect)],
    answer: Told::Status(416),
    why: "the tests' server doesn't say how long the file is; S3 does, in its text",
};

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { id: EMPTY, can_be: In::Any, is_read_before: true, harm: harm::none, asked: &[
        Ask { expected: Told::Sent(b""), ..GET },
        Ask { expected: Told::Length("0"), but: &[
            But { ways: &[Way::Local(Backend::Apache)], answer: Told::Status(200), why: "it leaves a length of nothing out" },
        ], ..HEAD },
        Ask { headers: &[("Range", "bytes=0-0")], expected: Told::Sent(b""), but: &[
            But { ways: &[Way::Local(Backend::Caddy), Way::S3(Backend::Redirect)], answer: Told::Status(416), why: "they find no first byte in it" },
        ], ..GET },
    ] },
    Case { id: "file-5-gb", can_be: In::Any, is_read_before: true, harm: harm::grow_to_5_gib, asked: &[
        Ask { expected: Told::Length("5368709120"), ..HEAD },
        Ask { headers: &[("Range", "bytes=-10"), ("If-Range", "{now}")], expected: Told::Zeros("bytes 5368709110-5368709119/5368709120", 10), ..GET },
        Ask { headers: &[("Range", "bytes=4294967290-4294967299"), ("If-Range", "{now}")], expected: Told::Zeros("bytes 4294967290-4294967299/5368709120", 10), ..GET },
        Ask { expected: Told::Length("5368709120"), ..HEAD },
        Ask { headers: &[("Range", "bytes=5368709119-"), ("If-Range", "{now}")], expected: Told::Zeros("bytes 5368709119-5368709119/5368709120", 1), ..GET },
        Ask { headers: &[("Range", "bytes=5368709120-")], expected: Told::Behind("bytes */5368709120"), but: &[S3_SAYS_NO_LENGTH], ..GET },
    ] },
    Case { id: "file-missing", can_be: In::Any, is_read_before: true, harm: harm::remove, asked: LOST },
    Case { id: "file-short", can_be: In::Any, is_read_before: true, harm: harm::cut_short, asked: LOST },
    Case { id: "file-link", can_be: In::Folder, is_read_before: true, harm: harm::put_a_link, asked: LOST },
    Case { id: "file-pipe", can_be: In::Folder, is_read_before: true, harm: harm::put_a_pipe, asked: LOST },
    Case { id: "file-folder", can_be: In::Folder, is_read_before: true, harm: harm::put_a_folder, asked: LOST },
    Case { id: "file-closed", can_be: In::Folder, is_read_before: false, harm: harm::close, asked: &[
        Ask { expected: Told::Closed, ..GET },
        Ask { expected: Told::Closed, ..HEAD },
        Ask { headers: &[("Range", "bytes=4-")], expected: Told::Closed, ..GET },
    ] },
    Case { id: "file-replaced", can_be: In::Folder, is_read_before: true, harm: harm::replace, asked: &[
        Ask { expected: Told::Sent(harm::OTHER_WORDS), ..GET },
        Ask { headers: &[("If-None-Match", "{etag}")], expected: Told::Sent(harm::OTHER_WORDS), ..GET },
        Ask { headers: &[("Range", "bytes=4-"), ("If-Range", "{etag}")], expected: Told::Sent(harm::OTHER_WORDS), ..GET },
        Ask { headers: &[("Range", "bytes=4-"), ("If-Range", "{modified}")], expected: Told::Sent(harm::OTHER_WORDS), ..GET },
        Ask { headers: &[("If-Match", "{etag}")], expected: Told::Status(412), ..GET },
    ] },
];

/// A file for each row, and for what is [under way](under_way).
pub fn on_sale() -> impl Iterator<Item = OnSale<'static>> {
    WORDS.iter().map(|(id, words)| OnSale { id, name: "Emma.epub", bytes: words.as_bytes() })
}

pub fn walk(walk: &mut Walk) {
    for case in CASES {
        if case.can_be == In::Folder && walk.shop.service.is_some() {
            continue;
        }
        let (etag, modified) =
            if case.is_read_before { validators(walk, case.id) } else { Default::default() };
        let mut now = etag.clone();
        (case.harm)(&walk.shop, case.id);
        let mut lost = 0;
        for ask in case.asked {
            let fill = |value: &str| {
                value.replace("{etag}", &etag).replace("{modified}", &modified).replace("{now}", &now)
            };
            let filled: Vec<_> = ask.headers.iter().map(|(name, value)| (*name, fill(value))).collect();
            let headers: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let (expected, why) = answer_of(walk.way(), ask.expected, ask.but);
            let reply = walk.get(ask.method, case.id, &headers);
            lost += i64::from(matches!(expected, Told::Lost | Told::Status(502)));
            now = reply.header("ETag").map_or(now, str::to_owned);
            let checked = check(&walk.shop, case.id, &reply, expected);
            let says = || format!("{}: {} {:?}: {checked:?} {why}", case.id, ask.method, ask.headers);
            walk.expect(checked.is_ok(), says, &reply);
        }
        if lost > 0 {
            the_ledger_has_each_loss(walk, case.id, lost);
        }
    }
    under_way::walk(walk);
}

/// The tag and the time of a file.
fn validators(walk: &mut Walk, id: &str) -> (String, String) {
    let reply = walk.get("GET", id, &[]);
    let said = |name| reply.header(name).unwrap_or_default().to_owned();
    (said("ETag"), said("Last-Modified"))
}

fn check(shop: &Shop, id: &str, reply: &Reply, expected: Told) -> Result<(), String> {
    let status = match expected {
        Told::Sent(_) | Told::Length(_) => 200,
        Told::Zeros(..) => 206,
        Told::Behind(_) => 416,
        Told::Status(status) => status,
        Told::Lost => 502,
        Told::Closed if may_read_all(shop) && matches!(reply.status, 200 | 206) => return Ok(()),
        Told::Closed if matches!(reply.status, 403 | 404 | 502) => reply.status,
        Told::Closed => 502,
    };
    if reply.status != status {
        return Err(format!("{expected:?} was expected"));
    }
    match expected {
        // nginx says the name of what it was to send.
        Told::Closed => secrets::shows_none(shop, id, &reply.everything())?,
        _ if status == 502 => secrets::check_refusal(shop, id, reply)?,
        _ => {}
    }
    let fits = match expected {
        Told::Sent(bytes) => {
            reply.body == bytes && reply.header("Content-Length") == Some(&bytes.len().to_string())
        }
        Told::Length(length) => reply.header("Content-Length") == Some(length),
        Told::Zeros(place, count) => {
            reply.header("Content-Range") == Some(place) && reply.body == vec![0; count]
        }
        Told::Behind(place) => reply.header("Content-Range") == Some(place),
        Told::Lost => {
            reply.header("Cache-Control") == Some("no-store")
                && reply.everything().contains("Your order is safe")
                && shop.app.log().contains(shop.key(id).as_str())
        }
        Told::Status(_) | Told::Closed => !reply.everything().contains("All the words"),
    };
    if fits { Ok(()) } else { Err(format!("{expected:?} was expected")) }
}

/// Whether the server reads a file whatever its rights are: these run as the tests do, and root may read anything. The
/// others run as an account of their own.
fn may_read_all(shop: &Shop) -> bool {
    rustix::process::geteuid().is_root() && shop.backend.is_local(&[Backend::Builtin, Backend::Caddy])
}

/// Each loss has its row, which is written just after its answer.
fn the_ledger_has_each_loss(walk: &mut Walk, id: &str, lost: i64) {
    let db = walk.shop.db.clone();
    let noted = || -> QueryResult<i64> {
        db.read_blocking(|conn| {
            let file: i64 = book_files::table
                .filter(book_files::public_id.eq(id.to_owned()))
                .select(book_files::id)
                .first(conn)?;
            let lost = downloads::status.eq(502).and(downloads::file_id.eq(file));
            downloads::table.filter(lost).count().get_result(conn)
        })
    };
    let since = Instant::now();
    while noted().unwrap() < lost && since.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let noted = noted().unwrap();
    if noted != lost {
        walk.wrong(format!("{id}: it was lost {lost} times, and the ledger has {noted} rows of it"));
    }
}
