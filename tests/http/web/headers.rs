//! Headers that every answer carries.

use rocket::http::Method;

use crate::support::{Browser, TestShop};

async fn assert_guarded(browser: &Browser<'_>, path: &str) {
    let answer = browser.get(path).await;
    for (name, part) in [
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
    ] {
        let value = answer.header(name).unwrap_or_else(|| panic!("{path} lacks {name}"));
        assert!(value.contains(part), "{path}: {name}: {value}");
    }
    let policy = answer.header("Content-Security-Policy").unwrap_or_default();
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(answer.header("Server").is_none());
}

#[rocket::async_test]
async fn pages_errors_and_assets_carry_the_security_headers() {
    let shop = TestShop::new().await;
    for path in ["/healthz", "/no-such-page", "/static/no-such-file.css"] {
        assert_guarded(&shop.browser(), path).await;
    }
}

#[rocket::async_test]
async fn hsts_is_promised_only_over_tls() {
    let plain = TestShop::new().await;
    assert_eq!(plain.browser().get("/healthz").await.header("Strict-Transport-Security"), None);
    let tls = TestShop::with(|settings| settings.base_url = "https://books.example".parse().unwrap()).await;
    assert!(tls.browser().get("/healthz").await.header("Strict-Transport-Security").is_some());
}

#[rocket::async_test]
async fn a_request_that_changes_something_must_come_from_the_shop() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "http://localhost")],
    ] {
        for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
            let answer = browser.send(method, "/healthz", headers, Some(String::new())).await;
            answer.assert_status(403).assert_shows("came from another site");
        }
    }
    // From the shop itself it reaches the routes, of which none takes it here.
    for headers in [&[("Sec-Fetch-Site", "same-origin")][..], &[("Origin", "http://localhost")]] {
        let answer = browser.send(Method::Post, "/healthz", headers, Some(String::new())).await;
        answer.assert_status(404);
    }
}
