//! Whole files, ranges and conditions.

use crate::client::{Connection, Reply};
use crate::shop::{OnSale, Shop};
use bookplate::config::Backend;

/// Before and after the time of the shops' files.
const OLDER: &str = "Sat, 01 Jan 2000 00:00:00 GMT";
const LATER: &str = "Mon, 05 Jan 2026 00:00:00 GMT";

/// A thousand bytes in which no two places look alike.
fn book() -> Vec<u8> {
    (0..500_u16).flat_map(u16::to_be_bytes).collect()
}

/// A shop of each backend with one file of 1000 bytes, at `/download/book`.
fn each_shop(test: impl Fn(&Shop)) {
    Shop::each(&[OnSale { id: "book", name: "Emma.epub", bytes: &book() }], test);
}

fn get(shop: &Shop, headers: &[(&str, &str)]) -> Reply {
    shop.ask("GET", "book", headers)
}

/// The bytes of a 206 answer with what each part says of its place, whether it is one part or several.
pub fn parts(reply: &Reply) -> Vec<(String, Vec<u8>)> {
    if let Some(place) = reply.header("Content-Range") {
        return vec![(place.to_owned(), reply.body.clone())];
    }
    let media_type = reply.header("Content-Type").unwrap();
    let boundary =
        media_type.strip_prefix("multipart/byteranges; boundary=").expect(media_type).trim_matches('"');
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may stand at the very beginning (RFC 2046 §5.1.1).
    let body = [b"\r\n", reply.body.as_slice()].concat();
    let mut rest = body.as_slice();
    let mut parts = Vec::new();
    let find =
        |text: &[u8], what: &str| text.windows(what.len()).position(|window| window == what.as_bytes());
    while let Some(at) = find(rest, &delimiter) {
        rest = &rest[at + delimiter.len()..];
        if rest.starts_with(b"--") {
            return parts;
        }
        let head_end = find(rest, "\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&rest[..head_end]).into_owned();
        let place = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("Content-Range").then(|| value.trim().to_owned())
        });
        rest = &rest[head_end + 4..];
        let end = find(rest, &delimiter).unwrap();
        parts.push((place.unwrap(), rest[..end].to_vec()));
    }
    panic!("the last delimiter is missing")
}

#[test]
fn a_whole_book_comes_with_all_its_headers_once() {
    each_shop(|shop| {
        let reply = get(shop, &[]);
        assert_eq!(reply.status, 200, "{:?}", shop.backend);
        assert!(reply.body == book(), "{:?}", shop.backend);
        let size = reply.body.len();
        for (name, value) in [
            ("Content-Type", "application/epub+zip"),
            ("Content-Length", "1000"),
            ("Content-Disposition", "attachment; filename=\"Emma.epub\"; filename*=UTF-8''Emma.epub"),
            ("Accept-Ranges", "bytes"),
            ("Cache-Control", "private, no-cache"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Robots-Tag", "noindex"),
            ("Vary", "Cookie"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{:?}: {name}", shop.backend);
        }
        if shop.backend != Backend::Caddy {
            assert!(reply.header("ETag").unwrap().ends_with(&format!("-{size:x}\"")), "{:?}", shop.backend);
        }
        assert!(reply.header("Last-Modified").is_some(), "{:?}", shop.backend);
        let mut names: Vec<String> =
            reply.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{:?}: each header once, but {:?}", shop.backend, reply.headers);
    });
}

#[test]
fn a_range_gets_the_right_slice() {
    each_shop(|shop| {
        for (range, places) in [
            ("0-99", vec![(0, 100)]),
            ("0-0", vec![(0, 1)]),
            ("-100", vec![(900, 1000)]),
            ("900-", vec![(900, 1000)]),
            ("999-999", vec![(999, 1000)]),
            ("500-5000", vec![(500, 1000)]),
            ("-5000", vec![(0, 1000)]),
            ("0-", vec![(0, 1000)]),
            ("0-9,5000-", vec![(0, 10)]),
            ("0-0,-1", vec![(0, 1), (999, 1000)]),
            ("700-709,100-109,900-", vec![(700, 710), (100, 110), (900, 1000)]),
        ] {
            let reply = get(shop, &[("Range", &format!("bytes={range}"))]);
            assert_eq!(reply.status, 206, "{:?}: {range}", shop.backend);
            assert_eq!(reply.header("Content-Length"), Some(reply.body.len().to_string().as_str()));
            let mut got = parts(&reply);
            let wanted = places
                .into_iter()
                .map(|(start, end)| (format!("bytes {start}-{}/1000", end - 1), book()[start..end].to_vec()));
            let mut wanted: Vec<_> = wanted.collect();
            // The order of several parts is the server's choice (RFC 9110 §15.3.7.2).
            got.sort();
            wanted.sort();
            assert!(
                got == wanted,
                "{:?}: {range} gave {:?}",
                shop.backend,
                got.iter().map(|(p, _)| p).collect::<Vec<_>>()
            );
        }
    });
}

#[test]
fn ranges_that_touch_come_in_one_piece_or_several_with_the_same_bytes() {
    each_shop(|shop| {
        let reply = get(shop, &[("Range", "bytes=0-9,10-19")]);
        assert_eq!(reply.status, 206);
        let bytes: Vec<u8> = parts(&reply).into_iter().flat_map(|(_, bytes)| bytes).collect();
        assert!(bytes == book()[..20], "{:?}", shop.backend);
    });
}

#[test]
fn a_range_that_cannot_be_had_is_refused_and_one_that_is_none_is_ignored() {
    each_shop(|shop| {
        let reply = get(shop, &[("Range", "bytes=1000-")]);
        assert_eq!(reply.status, 416, "{:?}", shop.backend);
        assert_eq!(reply.header("Content-Range"), Some("bytes */1000"), "{:?}", shop.backend);
        for range in ["items=0-5", "0-5", ""] {
            let reply = get(shop, &[("Range", range)]);
            if shop.backend == Backend::Caddy && !range.is_empty() {
                // It calls every other unit unsatisfiable.
                assert_eq!(reply.status, 416, "{range}");
                continue;
            }
            assert_eq!((reply.status, reply.body.len()), (200, 1000), "{:?}: {range}", shop.backend);
        }
        for range in ["bytes=20-10", "bytes=abc", "bytes=--5"] {
            let reply = get(shop, &[("Range", range)]);
            // Caddy calls what can't be read unsatisfiable.
            let strict = shop.backend == Backend::Caddy;
            assert_eq!(reply.status, if strict { 416 } else { 200 }, "{:?}: {range}", shop.backend);
        }
    });
}

#[test]
fn greedy_ranges_never_send_more_than_the_file() {
    each_shop(|shop| {
        let seventeen: Vec<String> = (0..17).map(|i| format!("{0}-{0}", i * 3)).collect();
        for range in [seventeen.join(","), ["0-"; 500].join(","), ["0-999"; 5].join(",")] {
            let reply = get(shop, &[("Range", &format!("bytes={range}"))]);
            assert!(matches!(reply.status, 200 | 206), "{:?}: {}", shop.backend, reply.status);
            if reply.status == 200 || reply.header("Content-Range").is_some() {
                assert!(reply.body.len() <= 1000, "{:?}: {} bytes", shop.backend, reply.body.len());
            } else {
                // lighttpd sends ten parts at most, Caddy any number; together they are no more than the file.
                let sent: usize = parts(&reply).iter().map(|(_, bytes)| bytes.len()).sum();
                assert!(sent <= 1000, "{:?}: {sent} bytes of the file", shop.backend);
            }
            if !shop.backend.is_local(&[Backend::Lighttpd, Backend::Caddy]) {
                assert!(reply.body == book(), "{:?}: {} bytes", shop.backend, reply.body.len());
            }
        }
    });
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    each_shop(|shop| {
        let first = get(shop, &[]);
        let (etag, modified) = (first.header("ETag").unwrap(), first.header("Last-Modified").unwrap());
        let (weak, listed) = (format!("W/{etag}"), format!("\"other\", {etag}"));
        for (name, value) in [
            ("If-None-Match", etag),
            ("If-None-Match", &weak),
            ("If-None-Match", &listed),
            ("If-None-Match", "*"),
            ("If-Modified-Since", modified),
            ("If-Modified-Since", LATER),
        ] {
            for method in ["GET", "HEAD"] {
                let mut connection = Connection::open(shop.address).unwrap();
                let reply = connection
                    .ask(method, "/download/book", &[("Cookie", &shop.cookie), (name, value)])
                    .unwrap();
                assert_eq!(reply.status, 304, "{:?}: {method} with {name}: {value}", shop.backend);
                assert_eq!(reply.header("ETag"), Some(etag));
                assert!(matches!(reply.header("Content-Length"), None | Some("1000")), "{:?}", shop.backend);
                let next = connection.ask("GET", "/download/book", &[("Cookie", &shop.cookie)]).unwrap();
                assert!(next.body == book(), "{:?}: the connection is in order afterwards", shop.backend);
            }
        }
        for headers in [
            [("If-None-Match", "\"other\""), ("If-Modified-Since", modified)].as_slice(),
            &[("If-Modified-Since", OLDER)],
            &[("If-Modified-Since", "garbage")],
        ] {
            assert_eq!(get(shop, headers).status, 200, "{:?}: {headers:?}", shop.backend);
        }
    });
}

#[test]
fn a_demand_that_does_not_hold_fails() {
    each_shop(|shop| {
        let first = get(shop, &[]);
        let etag = first.header("ETag").unwrap();
        for (headers, status) in [
            ([("If-Match", etag)].as_slice(), 200),
            (&[("If-Match", "*")], 200),
            (&[("If-Match", "\"other\"")], 412),
            (&[("If-Match", "\"other\""), ("Range", "bytes=0-9")], 412),
            (&[("If-Unmodified-Since", OLDER)], 412),
            (&[("If-Unmodified-Since", LATER)], 200),
        ] {
            let reply = get(shop, headers);
            assert_eq!(reply.status, status, "{:?}: {headers:?}", shop.backend);
            assert_eq!(reply.body == book(), status == 200, "{:?}: {headers:?}", shop.backend);
        }
    });
}

#[test]
fn a_paused_download_goes_on_only_in_the_same_file() {
    each_shop(|shop| {
        let first = get(shop, &[]);
        let (etag, modified) = (first.header("ETag").unwrap(), first.header("Last-Modified").unwrap());
        let weak = format!("W/{etag}");
        for (validator, status) in
            [(etag, 206), (modified, 206), ("\"other\"", 200), (&weak, 200), (OLDER, 200), (LATER, 200)]
        {
            let reply = get(shop, &[("Range", "bytes=400-"), ("If-Range", validator)]);
            assert_eq!(reply.status, status, "{:?}: If-Range: {validator}", shop.backend);
            let expected = if status == 206 { &book()[400..] } else { &book()[..] };
            assert!(reply.body == expected, "{:?}: If-Range: {validator}", shop.backend);
        }
        let reply = get(shop, &[("Range", "bytes=5000-"), ("If-Range", "\"other\"")]);
        assert_eq!(
            reply.status, 200,
            "{:?}: a range of another state of the file isn't looked at",
            shop.backend
        );
    });
}

#[test]
fn head_tells_the_length_and_sends_nothing() {
    each_shop(|shop| {
        let mut connection = Connection::open(shop.address).unwrap();
        let head = connection.ask("HEAD", "/download/book", &[("Cookie", &shop.cookie)]).unwrap();
        let get = connection.ask("GET", "/download/book", &[("Cookie", &shop.cookie)]).unwrap();
        assert_eq!((head.status, get.status), (200, 200), "{:?}", shop.backend);
        assert_eq!(head.header("Content-Length"), Some("1000"), "{:?}", shop.backend);
        for name in ["Content-Type", "Content-Disposition", "ETag", "Last-Modified", "Accept-Ranges"] {
            assert_eq!(head.header(name), get.header(name), "{:?}: {name}", shop.backend);
        }
        assert!(get.body == book());
    });
}

#[test]
fn an_empty_file_is_an_empty_answer() {
    Shop::each(&[OnSale { id: "empty", name: "Empty.txt", bytes: b"" }], |shop| {
        for headers in [[].as_slice(), &[("Range", "bytes=0-0")]] {
            let reply = shop.ask("GET", "empty", headers);
            if shop.backend == Backend::Caddy && !headers.is_empty() {
                assert_eq!(reply.status, 416, "Caddy finds no first byte in it");
                continue;
            }
            assert_eq!((reply.status, reply.body.len()), (200, 0), "{:?}: {headers:?}", shop.backend);
            assert_eq!(reply.header("Content-Length"), Some("0"), "{:?}", shop.backend);
        }
    });
}

#[test]
fn the_same_file_has_the_same_validators_by_every_backend() {
    let seen = std::cell::RefCell::new(Vec::new());
    each_shop(|shop| {
        let reply = get(shop, &[]);
        let etag = reply.header("ETag").unwrap().to_owned();
        // Each shop has imported the file by itself: what must agree is how the tag follows from the time.
        let modified = reply.header("Last-Modified").unwrap().to_owned();
        let seconds = chrono::NaiveDateTime::parse_from_str(&modified, "%a, %d %b %Y %H:%M:%S GMT").unwrap();
        // Caddy before 2.7 makes a tag of its own, and judges by that.
        if shop.backend != Backend::Caddy {
            assert_eq!(etag, format!("\"{:x}-3e8\"", seconds.and_utc().timestamp()), "{:?}", shop.backend);
        }
        seen.borrow_mut().push(etag);
    });
    assert_eq!(seen.borrow().len(), crate::shop::WAYS.len());
}
