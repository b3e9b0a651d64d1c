//! Accounts: making one, proving it, signing in, and changing it.

mod cookies;
mod equal_answers;
mod guests;
mod limits;
mod reset;
mod same_origin;
mod secrets;
mod settings;
mod sign_in;
mod sign_up;

use crate::support::{Answer, Browser, TestShop};

/// A password that the shop takes.
pub const PASSWORD: &str = "three gulls on the quay";

/// Sends the sign-up form.
pub async fn sign_up(browser: &Browser<'_>, email: &str, password: &str) -> Answer {
    browser.post("/sign-up", &[("name", "Jane"), ("email", email), ("password", password)]).await
}

/// Sends the sign-in form.
pub async fn sign_in(browser: &Browser<'_>, email: &str, password: &str) -> Answer {
    browser.post("/sign-in", &[("email", email), ("password", password)]).await
}

/// Whether this browser is signed in, as the shop sees it.
pub async fn is_signed_in(browser: &Browser<'_>) -> bool {
    match browser.get("/account").await.status {
        200 => true,
        401 => false,
        other => panic!("the account page answered {other}"),
    }
}

/// A browser in which someone has signed up, proved the address by the mailed link, and is signed in.
pub async fn member<'s>(shop: &'s TestShop, email: &str) -> Browser<'s> {
    let browser = shop.browser();
    sign_up(&browser, email, PASSWORD).await.assert_redirects_to("/sign-up/sent");
    let link = shop.letter_to(email).link("/confirm/");
    browser.post(&link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
    shop.send_mail().await;
    browser
}
