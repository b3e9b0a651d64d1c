//! The session's cookie, and the headers of pages whose address is a secret.

use super::{PASSWORD, sign_up};
use crate::support::{Answer, TestShop};

fn session_cookie(answer: &Answer) -> String {
    let mut cookies = answer.headers.iter().filter(|(name, value)| {
        name.eq_ignore_ascii_case("set-cookie") && value.contains("bookplate-session=")
    });
    let cookie = cookies.next().expect("a session's cookie").1.clone();
    assert!(cookies.next().is_none());
    cookie
}

async fn signed_in_cookie(shop: &TestShop) -> String {
    let browser = shop.browser();
    sign_up(&browser, "jane@example.org", PASSWORD).await.assert_status(303);
    let link = shop.letter_to("jane@example.org").link("/confirm/");
    session_cookie(&browser.post(&link, &[("password", PASSWORD)]).await)
}

#[rocket::async_test]
async fn over_tls_the_cookie_is_bound_to_this_very_host() {
    let shop = TestShop::with(|settings| settings.base_url = "https://localhost".parse().unwrap()).await;
    let cookie = signed_in_cookie(&shop).await;
    assert!(cookie.starts_with("__Host-bookplate-session="), "{cookie}");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=2592000"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[rocket::async_test]
async fn without_tls_the_cookie_is_as_closed_as_it_can_be() {
    let shop = TestShop::new().await;
    let cookie = signed_in_cookie(&shop).await;
    assert!(cookie.starts_with("bookplate-session="), "{cookie}");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
}

#[rocket::async_test]
async fn a_page_whose_address_is_a_secret_is_kept_nowhere_and_tells_nobody() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    sign_up(&browser, "jane@example.org", PASSWORD).await;
    let link = shop.letter_to("jane@example.org").link("/confirm/");
    let wrong = browser.post(&link, &[("password", "wrong")]).await;
    for answer in [
        browser.get(&link).await,
        wrong,
        browser.get("/confirm/0123456789abcdefghjkmnpqrs").await,
        browser.get("/reset-password/0123456789abcdefghjkmnpqrs").await,
    ] {
        assert_eq!(answer.header("Cache-Control"), Some("no-store"));
        // With `no-referrer` the page's own form would come with `Origin: null`.
        assert_eq!(answer.header("Referrer-Policy"), Some("strict-origin"));
    }
}
