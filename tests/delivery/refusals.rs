//! What must never be had: another's book, the store, a path.

use std::time::{Duration, Instant};

use diesel::prelude::*;

use bookplate::config::Backend;
use bookplate::db::schema::{downloads, line_items};

use crate::client::{Connection, Reply};
use crate::shop::{OnSale, Shop, Way};

const SECRET: &[u8] = b"All the words of a book that was not bought";

fn files() -> [OnSale<'static>; 1] {
    [OnSale { id: "book", name: "Emma.epub", bytes: SECRET }]
}

/// Nothing of the file, and nothing of where it lies.
fn assert_gives_nothing_away(shop: &Shop, reply: &Reply) {
    let everything = reply.everything();
    let root = shop.store_folder().display().to_string();
    let key = shop.stored_path("book").file_name().unwrap().to_string_lossy().into_owned();
    for secret in [
        "All the words",
        "/protected",
        "X-Accel",
        "x-accel",
        "X-Sendfile",
        "x-sendfile",
        "sea-books",
        "mz-",
        &root,
        &key,
    ] {
        assert!(!everything.contains(secret), "{:?}: {secret:?} shows in {everything}", shop.backend);
    }
    for name in ["Content-Disposition", "ETag", "Accept-Ranges", "Content-Range"] {
        assert_eq!(reply.header(name), None, "{:?}: {name}", shop.backend);
    }
}

#[test]
fn who_did_not_buy_a_book_gets_what_an_unknown_book_gets() {
    Shop::each(&files(), |shop| {
        for headers in [
            [].as_slice(),
            &[("Cookie", "bookplate-orders=00000000000000000000000000")],
            &[("Range", "bytes=0-9")],
            &[("Range", "bytes=0-9"), ("Accept", "text/html")],
            &[("If-None-Match", "*")],
            &[("If-Match", "*")],
            &[("If-Match", "\"other\"")],
            &[("If-Modified-Since", "Mon, 05 Jan 2026 00:00:00 GMT")],
            &[("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")],
            &[("Range", "bytes=0-1,3-4"), ("If-Range", "*")],
            &[("Range", "bytes=99999-")],
        ] {
            for method in ["GET", "HEAD"] {
                let reply = shop.ask_as_a_stranger(method, "/download/book", headers);
                let unknown = shop.ask_as_a_stranger(method, "/download/none", headers);
                assert_eq!((reply.status, unknown.status), (404, 404), "{:?}: {headers:?}", shop.backend);
                assert_eq!(reply.header("Cache-Control"), Some("no-store"), "{:?}", shop.backend);
                assert_gives_nothing_away(shop, &reply);
                let names =
                    |reply: &Reply| reply.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
                assert_eq!(names(&reply), names(&unknown), "{:?}: {headers:?}", shop.backend);
                assert_eq!(reply.body.len(), unknown.body.len(), "{:?}", shop.backend);
            }
        }
    });
}

#[test]
fn by_setting_a_denial_says_that_it_is_one() {
    for backend in crate::shop::BACKENDS {
        let shop = Shop::open(backend, &files(), &[("BOOKPLATE_DENIED", "forbidden")]);
        let someone = [("Cookie", "bookplate-orders=00000000000000000000000000")];
        for target in ["/download/book", "/download/none"] {
            assert_eq!(shop.ask_as_a_stranger("GET", target, &someone).status, 403, "{backend:?}: {target}");
            let program = shop.ask_as_a_stranger("GET", target, &[("Accept", "*/*")]);
            assert_eq!(program.status, 401, "{backend:?}: {target}");
            assert_gives_nothing_away(&shop, &program);
        }
    }
}

#[test]
fn only_a_person_who_follows_a_link_is_sent_to_sign_in() {
    Shop::each(&files(), |shop| {
        let browser =
            [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Sec-Fetch-Mode", "navigate")];
        for target in ["/download/book", "/download/none"] {
            let reply = shop.ask_as_a_stranger("GET", target, &browser);
            assert_eq!(reply.status, 303, "{:?}", shop.backend);
            let place = reply.header("Location").unwrap().to_owned();
            assert!(place.contains("/sign-in?next="), "{:?}: {place}", shop.backend);
            assert_gives_nothing_away(shop, &reply);
        }
        for program in
            [[("Accept", "*/*")].as_slice(), &[], &[("Sec-Fetch-Mode", "no-cors"), ("Accept", "text/html")]]
        {
            assert_eq!(
                shop.ask_as_a_stranger("GET", "/download/book", program).status,
                404,
                "{:?}",
                shop.backend
            );
        }
    });
}

#[test]
fn a_refunded_book_can_no_longer_be_downloaded_not_even_the_rest_of_it() {
    Shop::each(&files(), |shop| {
        let whole = shop.ask("GET", "book", &[]);
        assert!(whole.body == SECRET, "{:?}", shop.backend);
        let etag = whole.header("ETag").unwrap();
        let refund = shop.db.write_blocking(|conn| {
            diesel::update(line_items::table)
                .set(line_items::refunded_at.eq(Some(chrono::DateTime::UNIX_EPOCH.naive_utc())))
                .execute(conn)
        });
        refund.unwrap();
        for headers in
            [[].as_slice(), &[("Range", "bytes=20-"), ("If-Range", etag)], &[("If-None-Match", etag)]]
        {
            let reply = shop.ask("GET", "book", headers);
            assert_eq!(reply.status, 404, "{:?}: {headers:?}", shop.backend);
            assert_gives_nothing_away(shop, &reply);
        }
    });
}

#[test]
fn what_a_client_says_to_a_proxy_means_nothing() {
    Shop::each(&files(), |shop| {
        let path = shop.stored_path("book");
        let key = path.strip_prefix(shop.store_folder()).unwrap().display().to_string();
        let (accel, path) = (format!("/protected/{key}"), path.display().to_string());
        let forged = [
            ("X-Accel-Redirect", accel.as_str()),
            ("X-Accel-Mapping", "/=/protected/"),
            ("X-Sendfile", &path),
            ("X-Sendfile-Type", "X-Accel-Redirect"),
            ("X-Accel-Buffering", "yes"),
        ];
        for target in ["/download/none", "/download/book", "/healthz", "/"] {
            let plain = shop.ask_as_a_stranger("GET", target, &[]);
            let reply = shop.ask_as_a_stranger("GET", target, &forged);
            assert_eq!(reply.status, plain.status, "{:?}: {target}", shop.backend);
            assert_eq!(reply.body.len(), plain.body.len(), "{:?}: {target}", shop.backend);
            assert!(!reply.everything().contains("All the words"), "{:?}: {target}", shop.backend);
        }
        let bought = shop.ask("GET", "book", &forged);
        assert!(bought.status == 200 && bought.body == SECRET, "{:?}", shop.backend);
    });
}

#[test]
fn the_store_and_the_internal_location_cannot_be_asked_for() {
    Shop::each(&files(), |shop| {
        let path = shop.stored_path("book");
        let key = path.strip_prefix(shop.store_folder()).unwrap().display().to_string();
        for target in [
            format!("/protected/{key}"),
            "/protected/".to_owned(),
            "/protected".to_owned(),
            format!("//protected/{key}"),
            format!("/protected//{key}"),
            format!("/%70rotected/{key}"),
            format!("/protected%2f{key}"),
            format!("/x/../protected/{key}"),
            format!("/x/%2e%2e/protected/{key}"),
            "/protected../shop.db".to_owned(),
            "/protected/../shop.db".to_owned(),
            format!("/static/../protected/{key}"),
            format!("/static/..%2fstore/{key}"),
            "/static/../../data/shop.db".to_owned(),
            "/static/..%2f..%2fdata/shop.db".to_owned(),
            "/download/..%2fbook".to_owned(),
            "/download/%2e%2e/protected".to_owned(),
            format!("/download/{}", key.replace('/', "%2f")),
            format!("{}/{key}", shop.store_folder().display()),
            format!("/store/{key}"),
            format!("/data/store/{key}"),
        ] {
            for method in ["GET", "HEAD"] {
                let reply = shop.ask_as_a_stranger(method, &target, &[]);
                assert!(
                    matches!(reply.status, 400 | 403 | 404 | 422),
                    "{:?}: {method} {target} gave {}",
                    shop.backend,
                    reply.everything()
                );
                assert!(!reply.everything().contains("All the words"), "{:?}: {target}", shop.backend);
                assert!(!reply.everything().contains("SQLite format"), "{:?}: {target}", shop.backend);
            }
        }
    });
}

#[test]
fn a_book_is_only_asked_for_by_get_and_head() {
    Shop::each(&files(), |shop| {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let headers = [("Cookie", shop.cookie.as_str()), ("Sec-Fetch-Site", "same-origin")];
            let reply = shop.ask_as_a_stranger(method, "/download/book", &headers);
            assert_eq!(reply.status, 405, "{:?}: {method}", shop.backend);
            assert_eq!(reply.header("Allow"), Some("GET, HEAD"), "{:?}: {method}", shop.backend);
            assert_gives_nothing_away(shop, &reply);
        }
    });
}

#[test]
fn a_file_that_the_store_lost_is_a_502_and_the_operator_learns_which() {
    Shop::each(&files(), |shop| {
        let path = shop.stored_path("book");
        let key = path.strip_prefix(shop.store_folder()).unwrap().display().to_string();
        let outside = shop.folder().join("outside");
        std::fs::write(&outside, SECRET).unwrap();
        let damages: [(&str, &dyn Fn()); 3] = [
            ("cut short", &|| std::fs::write(&path, "All").unwrap()),
            ("gone", &|| std::fs::remove_file(&path).unwrap()),
            ("a link out of the store", &|| std::os::unix::fs::symlink(&outside, &path).unwrap()),
        ];
        // A bucket knows no links.
        let damages = if shop.service.is_some() { &damages[..2] } else { &damages[..] };
        for (damage, harm) in damages {
            harm();
            let mut connection = Connection::open(shop.address).unwrap();
            let reply = connection.ask("GET", "/download/book", &[("Cookie", &shop.cookie)]).unwrap();
            assert_eq!(reply.status, 502, "{:?}: {damage}", shop.backend);
            assert_eq!(reply.header("Cache-Control"), Some("no-store"), "{:?}: {damage}", shop.backend);
            assert_gives_nothing_away(shop, &reply);
            assert!(
                reply.everything().contains("Your order is safe"),
                "{:?}: {}",
                shop.backend,
                reply.everything()
            );
            assert!(shop.app.log().contains(&key), "{:?}: {damage}: {}", shop.backend, shop.app.log());
        }
        // A row is written just after its answer.
        let since = Instant::now();
        let noted = || -> QueryResult<Vec<i32>> {
            shop.db.read_blocking(|conn| downloads::table.select(downloads::status).load(conn))
        };
        while noted().unwrap().len() < damages.len() && since.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(noted().unwrap(), vec![502; damages.len()], "{:?}: the ledger notes each", shop.backend);
    });
}

#[test]
fn no_server_shows_a_path_when_the_settings_name_another() {
    for (front, backend) in [
        (Backend::Nginx, "apache"),
        (Backend::Apache, "nginx"),
        (Backend::Lighttpd, "nginx"),
        (Backend::Caddy, "apache"),
        (Backend::Caddy, "lighttpd"),
    ]
    .map(|(front, backend)| (Way::Local(front), backend))
    .into_iter()
    .chain([
        (Way::S3(Backend::Apache), "nginx"),
        (Way::S3(Backend::Lighttpd), "nginx"),
        (Way::S3(Backend::Caddy), "nginx"),
    ]) {
        let shop = Shop::open(front, &files(), &[("BOOKPLATE_DELIVERY__BACKEND", backend)]);
        let reply = shop.ask("GET", "book", &[]);
        let everything = reply.everything();
        let root = shop.store_folder().display().to_string();
        for secret in
            [root.as_str(), "/protected", "X-Sendfile", "X-Accel-Redirect", "X-Amz-Signature", "sea-books"]
        {
            assert!(!everything.contains(secret), "{front:?} with {backend}: {everything}");
        }
    }
}

#[test]
fn a_shop_whose_pages_the_internal_location_would_hide_does_not_start() {
    for prefix in ["/download/", "/books/", "/static/"] {
        let folder = tempfile::tempdir().unwrap();
        let bookplate = |command: &str| {
            crate::servers::run(env!("CARGO_BIN_EXE_bookplate"), |bookplate| {
                bookplate.current_dir(folder.path()).arg(command);
                bookplate.env("BOOKPLATE_DELIVERY__BACKEND", "nginx");
                bookplate.env("BOOKPLATE_DELIVERY__INTERNAL_PREFIX", prefix);
                bookplate.env("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true");
                bookplate.env("ROCKET_PORT", crate::servers::free_address().port().to_string());
            })
        };
        assert!(bookplate("migrate").status.success());
        let start = bookplate("serve");
        let said =
            format!("{}{}", String::from_utf8_lossy(&start.stdout), String::from_utf8_lossy(&start.stderr));
        assert!(!start.status.success(), "{said}");
        assert!(said.contains("internal_prefix") && said.contains("hide the shop's own"), "{said}");
    }
}
