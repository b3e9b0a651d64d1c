//! The publisher's desk: `<id>` is the publisher's own title, which is for sale. A title that is another's does not exist.

use rocket::http::Method::*;

use super::{Row, check};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Get, "/books/<slug>/preview", [401, 403, 404, 200, 200]),
    (Get, "/publish", [401, 403, 200, 200, 200]),
    (Get, "/publish/sales", [401, 403, 200, 200, 200]),
    (Get, "/publish/sales.csv", [401, 403, 200, 200, 200]),
    (Get, "/publish/sales.json", [401, 403, 200, 200, 200]),
    (Post, "/publish/several", [401, 403, 403, 403, 303]),
    (Post, "/publish/titles", [401, 403, 422, 422, 422]),
    (Get, "/publish/titles/<id>", [401, 403, 404, 200, 200]),
    (Post, "/publish/titles/<id>/archive", [401, 403, 404, 303, 303]),
    (Post, "/publish/titles/<id>/bring-back", [401, 403, 404, 303, 303]),
    (Get, "/publish/titles/<id>/edit", [401, 403, 404, 200, 200]),
    (Post, "/publish/titles/<id>/edit", [401, 403, 404, 422, 422]),
    (Post, "/publish/titles/<id>/editions", [401, 403, 404, 303, 303]),
    (Post, "/publish/titles/<id>/editions/give-up", [401, 403, 404, 303, 303]),
    (Post, "/publish/titles/<id>/files/<file>/remove", [401, 403, 404, 404, 404]),
    (Post, "/publish/titles/<id>/notes", [401, 403, 404, 404, 404]),
    (Post, "/publish/titles/<id>/plan/cancel", [401, 403, 404, 303, 303]),
    (Post, "/publish/titles/<id>/publish", [401, 403, 404, 422, 422]),
    (Post, "/publish/titles/<id>/take-back", [401, 403, 404, 303, 303]),
    (Get, "/publish/titles/new", [401, 403, 200, 200, 200]),
];

#[rocket::async_test]
async fn every_route_of_the_desk_is_for_the_titles_publisher_and_admins() {
    check(ROWS, |world, parameter| match parameter {
        "id" => world.book.public_id.clone(),
        "slug" => world.book.slug.clone(),
        _ => "nothing".to_owned(),
    })
    .await;
}
