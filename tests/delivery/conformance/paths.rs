//! Addresses that must lead to no file, and headers by which a client plays the shop.

use super::walk::Walk;
use super::{BOOK, book, secrets};

/// Places behind the shop, as a client might try to name them. `{key}` stands for the file's key in the store,
/// `{folded}` for the same with its slashes encoded, `{store}` for the store's folder.
const CASES: &[&str] = &[
    "/protected/{key}",
    "/protected/",
    "/protected",
    "//protected/{key}",
    "/protected//{key}",
    "/%70rotected/{key}",
    "/protected%2f{key}",
    "/x/../protected/{key}",
    "/x/%2e%2e/protected/{key}",
    "/protected../shop.db",
    "/protected/../shop.db",
    "/static/../protected/{key}",
    "/static/..%2fstore/{key}",
    "/static/../../data/shop.db",
    "/static/..%2f..%2fdata/shop.db",
    "/download/..%2femma-epub",
    "/download/%2e%2e/protected",
    "/download/{folded}",
    "{store}/{key}",
    "/store/{key}",
    "/data/store/{key}",
];

/// What servers act upon when the shop says it. `{key}` and `{store}` as above.
const FORGED: &[(&str, &str)] = &[
    ("X-Accel-Redirect", "/protected/{key}"),
    ("X-Accel-Mapping", "/=/protected/"),
    ("X-Sendfile", "{store}/{key}"),
    ("X-Sendfile-Type", "X-Accel-Redirect"),
    ("X-Accel-Buffering", "yes"),
];

pub fn walk(walk: &mut Walk) {
    let key = walk.shop.key(BOOK).as_str().to_owned();
    let store = walk.shop.store_folder().display().to_string();
    let fill = |text: &str| {
        let folded = key.replace('/', "%2f");
        text.replace("{key}", &key).replace("{folded}", &folded).replace("{store}", &store)
    };
    for case in CASES {
        let target = fill(case);
        for method in ["GET", "HEAD"] {
            let reply = walk.ask_as("", method, &target, &[]);
            let is_refused = matches!(reply.status, 400 | 403 | 404 | 422);
            walk.expect(is_refused, || format!("{method} {case}: a refusal was expected"), &reply);
            let is_database = reply.everything().contains("SQLite format");
            walk.expect(!is_database, || format!("{method} {case}: the database shows"), &reply);
            let shown = secrets::shows_no_book(&reply);
            walk.expect(shown.is_ok(), || format!("{method} {case}: {shown:?}"), &reply);
        }
    }
    let filled: Vec<_> = FORGED.iter().map(|(name, value)| (*name, fill(value))).collect();
    let forged: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for target in ["/download/emma-none", "/download/emma-epub", "/healthz", "/"] {
        let plain = walk.ask_as("", "GET", target, &[]);
        let reply = walk.ask_as("", "GET", target, &forged);
        let is_same = (reply.status, reply.body.len()) == (plain.status, plain.body.len());
        walk.expect(is_same, || format!("{target} with forged headers"), &reply);
    }
    let bought = walk.get("GET", BOOK, &forged);
    let is_sent = bought.status == 200 && bought.body == book();
    walk.expect(is_sent, || "the book with forged headers".to_owned(), &bought);
}
