//! A forgotten password.

use chrono::TimeDelta;

use super::{PASSWORD, is_signed_in, member, sign_in, sign_up};
use crate::support::TestShop;

const JANE: &str = "jane@example.org";
const NEW: &str = "four herons in the reeds";

#[rocket::async_test]
async fn a_new_password_ends_every_session_and_the_old_password() {
    let shop = TestShop::new().await;
    let signed_in = member(&shop, JANE).await;
    let browser = shop.browser();
    browser.get("/reset-password").await.assert_status(200);
    browser
        .post("/reset-password", &[("email", "JANE@example.org")])
        .await
        .assert_redirects_to("/reset-password/sent");
    browser.get("/reset-password/sent").await.assert_status(200);
    let link = shop.letter_to(JANE).link("/reset-password/");
    browser.get(&link).await.assert_status(200).assert_shows("Choose a new password");
    assert!(is_signed_in(&signed_in).await, "opening the link must change nothing");
    browser.post(&link, &[("password", NEW)]).await.assert_redirects_to("/sign-in");
    browser.get("/sign-in").await.assert_shows("Your new password is saved");
    assert!(!is_signed_in(&signed_in).await && !is_signed_in(&browser).await);
    sign_in(&browser, JANE, PASSWORD).await.assert_status(422);
    sign_in(&browser, JANE, NEW).await.assert_redirects_to("/library");
    let told = shop.letters_to(JANE).pop().unwrap();
    assert_eq!(told.subject, "Bookplate: Your password was changed");
}

#[rocket::async_test]
async fn a_link_works_once_for_an_hour_and_only_the_newest() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    let browser = shop.browser();
    for _ in 0..2 {
        browser.post("/reset-password", &[("email", JANE)]).await.assert_status(303);
    }
    let letters = shop.letters_to(JANE);
    let (older, newer) = (letters[0].link("/reset-password/"), letters[1].link("/reset-password/"));
    browser.get(&older).await.assert_status(410).assert_shows("This link no longer works");
    browser.post(&older, &[("password", NEW)]).await.assert_status(410);
    // What is wrong with the password costs no link.
    browser
        .post(&newer, &[("password", "short")])
        .await
        .assert_status(422)
        .assert_shows("at least 10 characters");
    browser.post(&newer, &[("password", NEW)]).await.assert_status(303);
    browser.post(&newer, &[("password", PASSWORD)]).await.assert_status(410);
    sign_in(&browser, JANE, NEW).await.assert_status(303);

    shop.send_mail().await;
    browser.post("/reset-password", &[("email", JANE)]).await.assert_status(303);
    let late = shop.letter_to(JANE).link("/reset-password/");
    shop.clock.advance(TimeDelta::minutes(60));
    browser.get(&late).await.assert_status(410);
    browser.post(&late, &[("password", PASSWORD)]).await.assert_status(410);
    sign_in(&browser, JANE, NEW).await.assert_status(303);
}

#[rocket::async_test]
async fn a_link_for_one_thing_does_not_do_another() {
    let shop = TestShop::new().await;
    sign_up(&shop.browser(), "emma@example.org", PASSWORD).await;
    let confirm = shop.letter_to("emma@example.org").link("/confirm/");
    member(&shop, JANE).await;
    let browser = shop.browser();
    browser.post("/reset-password", &[("email", JANE)]).await;
    let reset = shop.letter_to(JANE).link("/reset-password/");
    let swapped = reset.replace("/reset-password/", "/confirm/");
    browser.get(&swapped).await.assert_status(410);
    browser.post(&swapped, &[("password", PASSWORD)]).await.assert_status(410);
    let swapped = confirm.replace("/confirm/", "/reset-password/");
    browser.get(&swapped).await.assert_status(410);
    browser.post(&swapped, &[("password", NEW)]).await.assert_status(410);
}

#[rocket::async_test]
async fn a_reset_proves_the_address_of_a_new_account() {
    let shop = TestShop::new().await;
    sign_up(&shop.browser(), JANE, "the stranger's choice").await;
    shop.send_mail().await;
    let owner = shop.browser();
    owner.post("/reset-password", &[("email", JANE)]).await;
    let link = shop.letter_to(JANE).link("/reset-password/");
    owner.post(&link, &[("password", PASSWORD)]).await.assert_status(303);
    sign_in(&owner, JANE, "the stranger's choice").await.assert_status(422);
    sign_in(&owner, JANE, PASSWORD).await.assert_status(303);
}
