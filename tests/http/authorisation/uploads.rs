//! Uploads: `<title>` is the publisher's own, `<upload>` and `<key>` name nothing. What the protocol refuses of itself
//! (412: the request names no version) is said before a title is looked for; `tests/http/uploads` goes on from there.

use rocket::http::Method::*;

use super::{Row, check};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Options, "/publish/uploads/<_>", [204, 204, 204, 204, 204]),
    (Options, "/publish/uploads/<_>/<_>", [204, 204, 204, 204, 204]),
    (Post, "/publish/uploads/<title>", [401, 403, 412, 412, 412]),
    (Delete, "/publish/uploads/<title>/<upload>", [401, 403, 412, 412, 412]),
    (Head, "/publish/uploads/<title>/<upload>", [401, 403, 412, 412, 412]),
    (Patch, "/publish/uploads/<title>/<upload>", [401, 403, 412, 412, 412]),
    (Post, "/publish/uploads/<title>/<upload>/remove", [401, 403, 404, 404, 404]),
    (Post, "/publish/uploads/<title>/form", [401, 403, 404, 303, 303]),
    (Post, "/publish/uploads/<title>/keys", [401, 403, 404, 200, 200]),
    (Post, "/publish/uploads/<title>/keys/<key>/revoke", [401, 403, 404, 404, 404]),
];

#[rocket::async_test]
async fn every_route_of_uploads_is_for_the_titles_publisher_and_admins() {
    check(ROWS, |world, parameter| match parameter {
        "title" => world.book.public_id.clone(),
        _ => "nothing".to_owned(),
    })
    .await;
}
