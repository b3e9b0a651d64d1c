//! A file's answer by the short way, from the front, and by the long one, from the route: a client sees no difference.

use std::collections::BTreeMap;

use bookplate::config::Backend;
use bookplate::db::schema::downloads;
use bookplate::downloads::Outcome;
use bookplate::downloads::links::DownloadLink;
use bookplate::ids::Token;
use bookplate::permission::Viewer;
use diesel::prelude::*;

use crate::client::{self, Reply};
use crate::shop::{OnSale, Shop};

const BOOK: &[u8] = b"%PDF-1.7 a small book";
/// Written like this, the address is for the route alone.
const LONG: &str = "?";

/// What a client sees of an answer, but for what differs each time.
fn seen(reply: &Reply) -> (u16, BTreeMap<String, Vec<String>>, Vec<u8>) {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &reply.headers {
        let name = name.to_ascii_lowercase();
        let value = match name.as_str() {
            "date" => String::new(),
            // Another name each time, and as long.
            "x-request-id" | "x-bookplate-ticket" => value.len().to_string(),
            _ => value.clone(),
        };
        headers.entry(name).or_default().push(value);
    }
    (reply.status, headers, reply.body.clone())
}

/// A row of the ledger, but for its time and name: allowed, reason, backend, method, range, status, and how it ended.
type Row = (bool, String, String, String, Option<String>, i32, Option<Outcome>);

/// The ledger's rows, once no end is waited for.
fn rows(shop: &Shop) -> Vec<Row> {
    for _ in 0..500 {
        let open = downloads::table.filter(downloads::ticket.is_not_null().and(downloads::outcome.is_null()));
        let open: i64 = shop.db.read_blocking(move |conn| open.count().get_result(conn)).unwrap();
        if open == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let query = downloads::table.order(downloads::id).select((
        downloads::allowed,
        downloads::reason,
        downloads::backend,
        downloads::method,
        downloads::range,
        downloads::status,
        downloads::outcome,
    ));
    shop.db.read_blocking(|conn| query.load(conn)).unwrap()
}

/// The path of a link to the file, made by its buyer.
fn link(shop: &Shop) -> String {
    let key = Token::parse(shop.cookie.split_once('=').unwrap().1).unwrap();
    let maker = Viewer { account: None, tokens: vec![key.hash()] };
    let now = chrono::Utc::now().naive_utc();
    let made = shop.db.write_blocking(move |conn| DownloadLink::make(conn, &maker, "emma", now));
    let (name, token) = made.unwrap();
    format!("/get/{}/{name}", token.secret())
}

fn both_ways(backend: Backend) {
    let files = [OnSale { id: "emma", name: "Emma.pdf", bytes: BOOK }];
    let shop = Shop::alone(backend, &files, &[]);
    let tag = shop.ask("HEAD", "emma", &[]).header("ETag").unwrap_or("\"none\"").to_owned();
    let other = "\"0-0\"";
    let long_ago = "Sat, 01 Jan 2000 00:00:00 GMT";
    let cases: &[&[(&str, &str)]] = &[
        &[],
        &[("Range", "bytes=2-5")],
        &[("Range", "bytes=0-1,4-5")],
        &[("Range", "bytes=1000-")],
        &[("Range", "bytes=-3"), ("If-Range", &tag)],
        &[("Range", "bytes=-3"), ("If-Range", other)],
        &[("If-None-Match", &tag)],
        &[("If-Match", other)],
        &[("If-Unmodified-Since", long_ago)],
        &[("If-Modified-Since", long_ago)],
    ];
    let link = link(&shop);
    let mut asked = 0;
    for (path, case) in
        ["/download/emma", &link].into_iter().flat_map(|path| cases.iter().map(move |case| (path, case)))
    {
        for method in ["GET", "HEAD"] {
            let ask = |way: &str| {
                // A link opens its file without.
                let mut headers = vec![("Cookie", shop.cookie.as_str())];
                headers.retain(|_| path != link);
                headers.extend_from_slice(case);
                client::ask(shop.address, method, &format!("{path}{way}"), &headers).unwrap()
            };
            let (short, long) = (ask(""), ask(LONG));
            let (mut short, mut long) = (seen(&short), seen(&long));
            for seen in [&mut short, &mut long] {
                // Parts are told apart by a line of chance.
                if seen.1.get("content-type").is_some_and(|types| types[0].starts_with("multipart/")) {
                    seen.1.remove("content-type");
                    seen.2 = seen.2.len().to_string().into_bytes();
                }
            }
            assert_eq!(short, long, "{backend:?} {method} {path} {case:?}");
            asked += 2;
        }
    }
    // And the ledger none.
    let all = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let rows = rows(&shop);
        (rows.len() > asked).then_some(rows)
    });
    let all = all.unwrap_or_else(|| panic!("{} rows of {}", rows(&shop).len(), asked + 1));
    for pair in all[1..].chunks(2) {
        assert_eq!(pair[0], pair[1], "{backend:?}");
    }
}

#[test]
fn the_short_way_and_the_long_one_give_the_same_answer_built_in() {
    both_ways(Backend::Builtin);
}

#[test]
fn the_short_way_and_the_long_one_give_the_same_answer_to_nginx() {
    both_ways(Backend::Nginx);
}

#[test]
fn the_short_way_and_the_long_one_give_the_same_answer_to_apache() {
    both_ways(Backend::Apache);
}

#[test]
fn what_is_no_plain_yes_comes_from_the_route_and_is_noted_once() {
    let files = [OnSale { id: "emma", name: "Emma.pdf", bytes: BOOK }];
    let shop = Shop::alone(Backend::Builtin, &files, &[]);
    let stranger = shop.ask_as_a_stranger("GET", "/download/emma", &[]);
    assert_eq!(stranger.status, 404, "{}", stranger.everything());
    assert_eq!(shop.ask("GET", "nothing", &[]).status, 404);
    // A cookie that is there twice is the route's to judge.
    let twice = format!("{0}; {0}", shop.cookie);
    let headers = [("Cookie", twice.as_str())];
    assert_eq!(client::ask(shop.address, "GET", "/download/emma", &headers).unwrap().status, 200);
    std::fs::remove_file(shop.stored_path("emma")).unwrap();
    assert_eq!(shop.ask("GET", "emma", &[]).status, 502);
    let noted = (0..500).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let rows = rows(&shop);
        (rows.len() >= 3).then_some(rows)
    });
    let noted: Vec<(bool, i32)> = noted.unwrap_or_default().iter().map(|row| (row.0, row.5)).collect();
    assert_eq!(noted, [(false, 404), (true, 200), (true, 502)]);
}
