//! The back office: for admins alone. `<id>` is nothing that there is, and no field is sent.

use rocket::http::Method::*;

use super::{Row, check, nothing};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Get, "/admin", [401, 403, 403, 403, 200]),
    (Get, "/admin/bundles", [401, 403, 403, 403, 200]),
    (Post, "/admin/bundles", [401, 403, 403, 403, 422]),
    (Get, "/admin/bundles/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/bundles/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/bundles/<id>/publish", [401, 403, 403, 403, 404]),
    (Get, "/admin/bundles/new", [401, 403, 403, 403, 200]),
    (Get, "/admin/codes", [401, 403, 403, 403, 200]),
    (Post, "/admin/codes", [401, 403, 403, 403, 422]),
    (Get, "/admin/codes/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/codes/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/codes/<id>/switch", [401, 403, 403, 403, 404]),
    (Get, "/admin/codes/new", [401, 403, 403, 403, 200]),
    (Get, "/admin/doctor", [401, 403, 403, 403, 200]),
    (Post, "/admin/doctor", [401, 403, 403, 403, 303]),
    (Get, "/admin/findings", [401, 403, 403, 403, 200]),
    (Get, "/admin/findings/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/findings/<id>", [401, 403, 403, 403, 404]),
    (Get, "/admin/log", [401, 403, 403, 403, 200]),
    (Get, "/admin/orders", [401, 403, 403, 403, 200]),
    (Get, "/admin/orders/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/orders/<id>/cancel", [401, 403, 403, 403, 404]),
    (Post, "/admin/orders/<id>/receipt", [401, 403, 403, 403, 404]),
    (Get, "/admin/orders/<id>/refund", [401, 403, 403, 403, 404]),
    (Post, "/admin/orders/<id>/refund", [401, 403, 403, 403, 422]),
    (Post, "/admin/orders/<id>/sync", [401, 403, 403, 403, 404]),
    (Get, "/admin/prices", [401, 403, 403, 403, 200]),
    (Get, "/admin/prices/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/prices/<id>", [401, 403, 403, 403, 404]),
    (Get, "/admin/publishers", [401, 403, 403, 403, 200]),
    (Get, "/admin/publishers/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/publishers/<id>/answer", [401, 403, 403, 403, 404]),
    (Post, "/admin/publishers/<id>/end", [401, 403, 403, 403, 404]),
    (Get, "/admin/reviews", [401, 403, 403, 403, 200]),
    (Get, "/admin/reviews/<id>", [401, 403, 403, 403, 404]),
    (Post, "/admin/reviews/<id>", [401, 403, 403, 403, 404]),
];

#[rocket::async_test]
async fn every_route_of_the_back_office_is_for_admins_alone() {
    check(ROWS, nothing).await;
}
