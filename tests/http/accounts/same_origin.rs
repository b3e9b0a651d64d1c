//! No other site makes a visitor's browser act here.

use rocket::http::Method;

use crate::support::TestShop;

/// A path that a route's pattern takes.
fn example(pattern: &str) -> String {
    let path = pattern.split('?').next().unwrap_or_default();
    let parts = path.split('/').map(|part| if part.starts_with('<') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[rocket::async_test]
async fn every_route_that_changes_something_refuses_other_sites() {
    let shop = TestShop::new().await;
    let jane = shop.customer("jane");
    let mut count = 0;
    for route in shop.client.rocket().routes() {
        // RFC 9110 §9.2.1.
        let is_safe = matches!(route.method, Method::Get | Method::Head | Method::Options | Method::Trace);
        let pattern = route.uri.to_string();
        if is_safe || pattern.starts_with("/webhooks/") {
            continue;
        }
        // Nothing there can be changed.
        let is_question = ["/download/<", "/get/"].iter().any(|prefix| pattern.starts_with(prefix));
        let refusal = if is_question { 405 } else { 403 };
        count += 1;
        for headers in [
            &[("Sec-Fetch-Site", "cross-site")][..],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Origin", "https://evil.example")],
            &[("Origin", "null")],
            &[],
        ] {
            let path = example(&pattern);
            let answer =
                jane.send(route.method, &path, headers, Some("email=a@example.org".to_owned())).await;
            assert_eq!(answer.status, refusal, "{} {path} with {headers:?}", route.method);
            assert!(answer.set_cookies().is_empty(), "{} {path}", route.method);
        }
    }
    assert!(count >= 12, "only {count} routes were found");
    assert!(super::is_signed_in(&jane).await);
}
