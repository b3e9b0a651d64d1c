//! Accounts: signing up, in and out, and what people change about their own.

use rocket::http::Method::*;

use super::{Row, check, nothing};

/// See the table's head.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    (Get, "/account", [401, 200, 200, 200, 200]),
    (Post, "/account/email", [401, 422, 422, 422, 422]),
    (Post, "/account/name", [401, 422, 422, 422, 422]),
    (Get, "/account/news", [401, 200, 200, 200, 200]),
    (Post, "/account/news", [401, 303, 303, 303, 303]),
    (Post, "/account/password", [401, 422, 422, 422, 422]),
    (Get, "/account/publisher", [401, 200, 200, 200, 200]),
    (Post, "/account/publisher", [401, 422, 303, 303, 303]),
    (Post, "/account/publisher/withdraw", [401, 303, 303, 303, 303]),
    (Get, "/confirm", [200, 200, 200, 200, 200]),
    (Post, "/confirm", [422, 422, 422, 422, 422]),
    (Get, "/confirm/<token>", [410, 410, 410, 410, 410]),
    (Post, "/confirm/<token>", [410, 410, 410, 410, 410]),
    (Get, "/invite/<token>", [410, 410, 410, 410, 410]),
    (Post, "/invite/<token>", [410, 410, 410, 410, 410]),
    (Get, "/reset-password", [200, 200, 200, 200, 200]),
    (Post, "/reset-password", [422, 422, 422, 422, 422]),
    (Get, "/reset-password/<token>", [410, 410, 410, 410, 410]),
    (Post, "/reset-password/<token>", [410, 410, 410, 410, 410]),
    (Get, "/reset-password/sent", [200, 200, 200, 200, 200]),
    (Get, "/sign-in", [200, 303, 303, 303, 303]),
    (Post, "/sign-in", [422, 422, 422, 422, 422]),
    (Post, "/sign-out", [303, 303, 303, 303, 303]),
    (Post, "/sign-out/everywhere", [401, 303, 303, 303, 303]),
    (Get, "/sign-up", [200, 303, 303, 303, 303]),
    (Post, "/sign-up", [422, 422, 422, 422, 422]),
    (Get, "/sign-up/sent", [200, 200, 200, 200, 200]),
];

#[rocket::async_test]
async fn what_people_do_about_accounts_is_for_those_who_have_one() {
    check(ROWS, nothing).await;
}
