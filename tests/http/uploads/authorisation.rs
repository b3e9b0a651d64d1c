//! Who gets through to an upload that there is; `tests/http/authorisation` has the table of all routes.

use rocket::http::Method;

use super::FROM_THE_PAGE;
use crate::support::TestShop;

/// A route, then what its publisher gets, with no field, no length and no bytes sent; an admin gets the same. A visitor
/// gets 401, a customer 403, another publisher 404, but for what is told to everybody.
const ROUTES: &[(Method, &str, u16)] = &[
    (Method::Options, "/publish/uploads/<_>", 204),
    (Method::Options, "/publish/uploads/<_>/<_>", 204),
    (Method::Post, "/publish/uploads/<title>", 400),
    (Method::Head, "/publish/uploads/<title>/<upload>", 200),
    (Method::Patch, "/publish/uploads/<title>/<upload>", 415),
    (Method::Delete, "/publish/uploads/<title>/<upload>", 204),
    (Method::Post, "/publish/uploads/<title>/form", 303),
    (Method::Post, "/publish/uploads/<title>/<upload>/remove", 303),
    (Method::Post, "/publish/uploads/<title>/keys", 200),
    (Method::Post, "/publish/uploads/<title>/keys/<key>/revoke", 404),
];

#[rocket::async_test]
async fn an_upload_is_for_the_titles_publisher_and_admins() {
    let shop = TestShop::new().await;
    let (jane, pat, oz, ada) =
        (shop.customer("jane"), shop.publisher("pat"), shop.publisher("oz"), shop.admin("ada"));
    let stranger = shop.browser();
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    for &(method, route, status) in ROUTES {
        for (browser, expected) in [
            (&stranger, 401),
            (&jane.browser, 403),
            (&oz.browser, 404),
            (&pat.browser, status),
            (&ada.browser, status),
        ] {
            let upload = super::begin(&pat, &emma, "Emma.txt", 5).await;
            let path = route
                .replace("<title>/<upload>", upload.trim_start_matches("/publish/uploads/"))
                .replace("<title>", &emma.public_id)
                .replace("<key>", "nothing")
                .replace("<_>", "anything");
            let expected = match (method, route.ends_with("<title>") || route.ends_with("<upload>")) {
                (Method::Options, _) => status,
                // What is wrong with the request itself is said before the title is looked for.
                (Method::Post | Method::Patch, true) if expected == 404 => status,
                _ => expected,
            };
            let answer = browser.send_bytes(method, &path, &FROM_THE_PAGE, b"").await;
            assert_eq!(answer.status, expected, "{method} {path}");
        }
    }
}

#[rocket::async_test]
async fn another_publisher_neither_begins_nor_continues_an_upload() {
    let shop = TestShop::new().await;
    let (pat, oz) = (shop.publisher("pat"), shop.publisher("oz"));
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let own = shop.book_of(oz.account.id, "Own").draft();
    let upload = super::begin(&pat, &emma, "Emma.txt", 5).await;
    super::ask(&oz, &emma, "Emma.txt", 5).await.assert_status(404);
    super::send(&oz, &upload, 0, b"hello").await.assert_status(404);
    // Nor by way of a title of their own.
    let id = upload.rsplit('/').next().unwrap();
    super::send(&oz, &format!("/publish/uploads/{}/{id}", own.public_id), 0, b"hello")
        .await
        .assert_status(404);
    assert_eq!(super::offset(&pat, &upload).await, 0);
}
