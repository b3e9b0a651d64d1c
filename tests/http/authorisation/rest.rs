//! What is left: the machine's own addresses, and links from mails.

use rocket::http::Method::*;

use super::{Row, check, nothing};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Get, "/cross-site-refused", [403, 403, 403, 403, 403]),
    (Get, "/healthz", [200, 200, 200, 200, 200]),
    (Get, "/news/<token>", [404, 404, 404, 404, 404]),
    (Post, "/news/<token>", [404, 404, 404, 404, 404]),
    (Get, "/readyz", [200, 200, 200, 200, 200]),
    (Get, "/static/<path..>", [404, 404, 404, 404, 404]),
    (Post, "/webhooks/<gateway>", [404, 404, 404, 404, 404]),
    (Get, "/withdraw", [200, 200, 200, 200, 200]),
    (Post, "/withdraw", [422, 422, 422, 422, 422]),
    (Post, "/withdraw/confirm", [422, 422, 422, 422, 422]),
    (Get, "/withdraw/received", [200, 200, 200, 200, 200]),
];

#[rocket::async_test]
async fn the_rest_is_for_everyone() {
    check(ROWS, nothing).await;
}
