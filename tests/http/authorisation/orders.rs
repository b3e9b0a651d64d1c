//! Orders, their files and their gateway: `<id>` is the customer's order, `<file>` the file of the title in it.

use rocket::http::Method::*;

use super::{Row, check};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    // Without their token, canaries look like files that are not there.
    (Get, "/download/canary", [404, 404, 404, 404, 404]),
    (Post, "/download/canary", [404, 404, 404, 404, 404]),
    (Get, "/download/canary/<name>", [404, 404, 404, 404, 404]),
    (Head, "/download/canary/<name>", [404, 404, 404, 404, 404]),
    (Get, "/download/canary/flood", [404, 404, 404, 404, 404]),
    (Delete, "/download/<_>", [405, 405, 405, 405, 405]),
    (Options, "/download/<_>", [405, 405, 405, 405, 405]),
    (Patch, "/download/<_>", [405, 405, 405, 405, 405]),
    (Post, "/download/<_>", [405, 405, 405, 405, 405]),
    (Put, "/download/<_>", [405, 405, 405, 405, 405]),
    (Trace, "/download/<_>", [405, 405, 405, 405, 405]),
    (Get, "/download/<file>", [404, 200, 404, 200, 200]),
    (Head, "/download/<file>", [404, 200, 404, 200, 200]),
    (Delete, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Options, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Patch, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Post, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Put, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Trace, "/get/<_>/<_>", [405, 405, 405, 405, 405]),
    (Get, "/get/<token>/<_>", [404, 404, 404, 404, 404]),
    (Head, "/get/<token>/<_>", [404, 404, 404, 404, 404]),
    (Get, "/gifts/<id>", [404, 404, 404, 404, 404]),
    (Post, "/gifts/<id>/claim", [404, 404, 404, 404, 404]),
    (Get, "/gifts/open/<token>", [404, 404, 404, 404, 404]),
    (Get, "/library", [401, 200, 200, 200, 200]),
    (Get, "/library/all.zip", [401, 200, 404, 404, 404]),
    (Head, "/library/all.zip", [401, 200, 404, 404, 404]),
    (Get, "/links", [401, 200, 200, 200, 200]),
    (Post, "/links", [401, 404, 404, 404, 404]),
    (Post, "/links/<id>/end", [401, 404, 404, 404, 404]),
    (Get, "/orders", [401, 200, 200, 200, 200]),
    (Get, "/orders/<id>", [404, 200, 404, 404, 200]),
    (Post, "/orders/<id>/cancel", [404, 303, 404, 404, 303]),
    (Get, "/orders/<id>/gift", [404, 404, 404, 404, 404]),
    (Post, "/orders/<id>/gift", [404, 404, 404, 404, 404]),
    (Post, "/orders/<id>/gift/send-again", [404, 404, 404, 404, 404]),
    (Get, "/orders/<id>/invoice", [404, 200, 404, 404, 200]),
    (Get, "/orders/<id>/invoice.pdf", [404, 200, 404, 404, 200]),
    (Get, "/orders/<id>/invoice/details", [404, 200, 404, 404, 200]),
    (Post, "/orders/<id>/invoice/details", [404, 422, 404, 404, 422]),
    (Get, "/orders/<id>/papers/<number>", [404, 404, 404, 404, 404]),
    (Post, "/orders/<id>/pay", [404, 303, 404, 404, 303]),
    (Get, "/orders/<id>/return", [404, 303, 404, 404, 303]),
    (Get, "/orders/open/<token>", [404, 404, 404, 404, 404]),
    (Get, "/sandbox/dashboard/<id>", [404, 404, 404, 404, 404]),
    (Post, "/sandbox/dashboard/<id>", [422, 422, 422, 422, 422]),
    (Get, "/sandbox/pay/<id>", [404, 404, 404, 404, 404]),
    (Post, "/sandbox/pay/<id>", [422, 422, 422, 422, 422]),
];

#[rocket::async_test]
async fn an_order_and_its_files_are_its_buyers_and_the_admins() {
    check(ROWS, |world, parameter| match parameter {
        "id" => world.order.public_id.clone(),
        "file" | "_" => world.book.files[0].public_id.clone(),
        _ => "nothing".to_owned(),
    })
    .await;
}
