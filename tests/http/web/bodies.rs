//! Forms that are too large, or none at all.

use rocket::http::Method;

use crate::support::TestShop;

const SAME_ORIGIN: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

#[rocket::async_test]
async fn a_form_that_is_too_large_is_a_413_page_and_nothing_is_done() {
    let shop = TestShop::new().await;
    let body = format!("email=jane%40example.com&password={}", "x".repeat(100_000));
    for path in ["/sign-in", "/sign-up", "/cart", "/checkout"] {
        let answer = shop.browser().send(Method::Post, path, &[SAME_ORIGIN], Some(body.clone())).await;
        answer.assert_status(413).assert_shows("larger than this shop takes");
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
}

#[rocket::async_test]
async fn a_program_is_told_so_in_json() {
    let shop = TestShop::new().await;
    let headers = [SAME_ORIGIN, ("Accept", "application/json")];
    let body = format!("book={}", "x".repeat(100_000));
    let answer = shop.browser().send(Method::Post, "/cart", &headers, Some(body)).await;
    answer.assert_status(413);
    assert_eq!(answer.json()["error"]["status"], 413);
}

#[rocket::async_test]
async fn a_form_without_its_fields_is_refused_in_words() {
    let shop = TestShop::new().await;
    for path in ["/sign-in", "/cart"] {
        let answer =
            shop.browser().send(Method::Post, path, &[SAME_ORIGIN], Some("x=%zz&&=".to_owned())).await;
        assert!([404, 422].contains(&answer.status), "{path}: {}", answer.status);
        assert!(answer.text().contains("<h1"), "{path} answers with a page");
    }
}
