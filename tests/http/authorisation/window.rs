//! The shop's window and the way to the till: for everyone.

use rocket::http::Method::*;

use super::{Row, check};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Get, "/", [200, 200, 200, 200, 200]),
    (Get, "/books", [200, 200, 200, 200, 200]),
    (Get, "/books/<slug>", [200, 200, 200, 200, 200]),
    (Post, "/books/<slug>/cart", [303, 303, 303, 303, 303]),
    (Get, "/bundles", [200, 200, 200, 200, 200]),
    (Get, "/bundles/<slug>", [404, 404, 404, 404, 404]),
    (Get, "/cart", [200, 200, 200, 200, 200]),
    (Post, "/cart", [422, 422, 422, 422, 422]),
    (Post, "/cart/amount", [422, 422, 422, 422, 422]),
    (Post, "/cart/bundle", [422, 422, 422, 422, 422]),
    (Post, "/cart/bundle/remove", [422, 422, 422, 422, 422]),
    (Post, "/cart/code", [422, 422, 422, 422, 422]),
    (Post, "/cart/code/remove", [303, 303, 303, 303, 303]),
    (Post, "/cart/remove", [422, 422, 422, 422, 422]),
    (Get, "/checkout", [303, 303, 200, 200, 200]),
    (Post, "/checkout", [422, 303, 303, 303, 303]),
    (Get, "/covers/<id>/<name>", [404, 404, 404, 404, 404]),
    (Get, "/legal/<kind>", [404, 404, 404, 404, 404]),
    (Get, "/look/<file>", [404, 404, 404, 404, 404]),
    (Get, "/look/logo/<file>", [404, 404, 404, 404, 404]),
];

#[rocket::async_test]
async fn the_window_is_for_everyone() {
    check(ROWS, |world, parameter| match parameter {
        "slug" => world.book.slug.clone(),
        _ => "nothing".to_owned(),
    })
    .await;
}
