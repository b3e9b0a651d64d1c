//! How often one may try.

use chrono::TimeDelta;

use super::{PASSWORD, member, sign_in, sign_up};
use crate::support::{Answer, Browser, TestShop};
use bookplate::config::{Backend, Limit};

const JANE: &str = "jane@example.org";

#[track_caller]
fn assert_waits(answer: &Answer, seconds: &str) {
    answer.assert_status(429).assert_shows("That was tried too often just now. Please wait");
    assert_eq!(answer.header("Retry-After"), Some(seconds));
}

/// A shop behind nginx, where the proxy names the client's address.
async fn behind_nginx(change: impl FnOnce(&mut bookplate::config::Settings)) -> TestShop {
    TestShop::with(|settings| {
        settings.delivery.backend = Backend::Nginx;
        change(settings);
    })
    .await
}

fn at<'s>(shop: &'s TestShop, address: &str) -> Browser<'s> {
    shop.browser().header("X-Real-IP", address)
}

#[rocket::async_test]
async fn tries_are_counted_for_each_account_wherever_they_come_from() {
    let shop = behind_nginx(|_| {}).await;
    member(&shop, JANE).await;
    shop.clock.advance(TimeDelta::minutes(15));
    for number in 0..10 {
        let browser = at(&shop, &format!("192.0.2.{number}"));
        sign_in(&browser, JANE, "wrong").await.assert_status(422);
    }
    // Known or not, right or wrong: there is no answer but to wait.
    assert_waits(&sign_in(&at(&shop, "192.0.2.99"), " JANE@example.org", PASSWORD).await, "90");
    for _ in 0..10 {
        sign_in(&at(&shop, "192.0.2.98"), "nobody@example.org", "wrong").await.assert_status(422);
    }
    assert_waits(&sign_in(&at(&shop, "192.0.2.99"), "nobody@example.org", "wrong").await, "90");
    shop.clock.advance(TimeDelta::seconds(90));
    sign_in(&at(&shop, "192.0.2.99"), JANE, PASSWORD).await.assert_status(303);
}

#[rocket::async_test]
async fn tries_are_counted_for_each_address_whomever_they_are_about() {
    let limit = Limit { times: 3, minutes: 1 };
    let shop = behind_nginx(|settings| settings.accounts.sign_in_per_address = limit).await;
    for number in 0..3 {
        let browser = at(&shop, &format!("2001:db8:1:2::{number}"));
        sign_in(&browser, &format!("a{number}@example.org"), "wrong").await.assert_status(422);
    }
    let neighbour = at(&shop, "2001:db8:1:2:ffff::1");
    assert_waits(&sign_in(&neighbour, "other@example.org", "wrong").await, "20");
    sign_in(&at(&shop, "2001:db8:1:3::1"), "other@example.org", "wrong").await.assert_status(422);
}

#[rocket::async_test]
async fn without_a_proxy_nobody_chooses_the_address_that_is_counted() {
    let limit = Limit { times: 3, minutes: 1 };
    let shop = TestShop::with(|settings| settings.accounts.sign_in_per_address = limit).await;
    for number in 0..3 {
        let browser = at(&shop, &format!("192.0.2.{number}"));
        sign_in(&browser, &format!("a{number}@example.org"), "wrong").await.assert_status(422);
    }
    assert_waits(&sign_in(&at(&shop, "192.0.2.9"), "other@example.org", "wrong").await, "20");
}

#[rocket::async_test]
async fn sign_ups_are_counted_for_each_address() {
    let limit = Limit { times: 2, minutes: 60 };
    let shop = TestShop::with(|settings| settings.accounts.sign_up_per_address = limit).await;
    // What is wrong with the form is said at once and costs nothing.
    for _ in 0..5 {
        sign_up(&shop.browser(), "jane", PASSWORD).await.assert_status(422);
    }
    for number in 0..2 {
        sign_up(&shop.browser(), &format!("a{number}@example.org"), PASSWORD).await.assert_status(303);
    }
    assert_waits(&sign_up(&shop.browser(), "a2@example.org", PASSWORD).await, "1800");
    assert!(shop.letters_to("a2@example.org").is_empty());
}

#[rocket::async_test]
async fn nobodys_mailbox_is_flooded() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    for path in ["/reset-password", "/confirm", "/reset-password", "/confirm"] {
        shop.browser().post(path, &[("email", JANE)]).await.assert_status(303);
    }
    for path in ["/reset-password", "/confirm"] {
        assert_waits(&shop.browser().post(path, &[("email", JANE)]).await, "720");
    }
    assert_waits(&sign_up(&shop.browser(), JANE, PASSWORD).await, "720");
    assert_eq!(shop.letters_to(JANE).len(), 2);
}

#[rocket::async_test]
async fn a_program_is_told_to_wait_in_json() {
    let limit = Limit { times: 1, minutes: 1 };
    let shop = TestShop::with(|settings| settings.accounts.mails_per_address = limit).await;
    let browser = shop.browser().header("Accept", "application/json");
    browser.post("/reset-password", &[("email", "a@example.org")]).await.assert_status(303);
    let answer = browser.post("/reset-password", &[("email", "b@example.org")]).await;
    answer.assert_status(429);
    assert_eq!(answer.header("Retry-After"), Some("60"));
    assert_eq!(answer.json()["error"]["status"], 429);
}
