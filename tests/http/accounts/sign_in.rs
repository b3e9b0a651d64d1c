//! Signing in and out.

use bookplate::accounts::{Account, Role};
use bookplate::db::schema::accounts;
use diesel::prelude::*;

use super::{PASSWORD, is_signed_in, member, sign_in};
use crate::support::TestShop;

const JANE: &str = "jane@example.org";

#[rocket::async_test]
async fn a_wrong_password_opens_nothing_and_the_address_stays_typed() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    let browser = shop.browser();
    let answer = sign_in(&browser, JANE, "three gulls on the key").await;
    answer
        .assert_status(422)
        .assert_shows("This address and password don’t open an account.")
        .assert_shows("value=\"jane@example.org\"")
        .assert_shows_not("three gulls on the key");
    assert!(!is_signed_in(&browser).await);
    sign_in(&browser, "", "").await.assert_status(422).assert_shows("Please type your password.");
}

#[rocket::async_test]
async fn signing_in_begins_a_new_session_and_ends_the_one_before() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    let before = browser.cookie("bookplate-session").unwrap();
    sign_in(&browser, JANE, PASSWORD).await.assert_redirects_to("/library");
    let after = browser.cookie("bookplate-session").unwrap();
    assert_ne!(before, after);
    let thief = shop.browser();
    thief.set_cookie("bookplate-session", &before);
    assert!(!is_signed_in(&thief).await);
    assert!(is_signed_in(&browser).await);
}

#[rocket::async_test]
async fn a_session_that_somebody_planted_is_not_used() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    let browser = shop.browser();
    let planted = "0123456789abcdefghjkmnpqrs";
    browser.set_cookie("bookplate-session", planted);
    sign_in(&browser, JANE, PASSWORD).await.assert_status(303);
    assert_ne!(browser.cookie("bookplate-session").as_deref(), Some(planted));
    let attacker = shop.browser();
    attacker.set_cookie("bookplate-session", planted);
    assert!(!is_signed_in(&attacker).await);
}

#[rocket::async_test]
async fn signing_out_ends_this_session_alone() {
    let shop = TestShop::new().await;
    let here = member(&shop, JANE).await;
    let there = shop.browser();
    sign_in(&there, JANE, PASSWORD).await;
    let token = here.cookie("bookplate-session").unwrap();
    here.post("/sign-out", &[]).await.assert_redirects_to("/");
    assert_eq!(here.cookie("bookplate-session"), None);
    here.set_cookie("bookplate-session", &token);
    assert!(!is_signed_in(&here).await, "the session itself must be over, not only its cookie");
    assert!(is_signed_in(&there).await);
    // Twice is no error.
    shop.browser().post("/sign-out", &[]).await.assert_redirects_to("/");
}

#[rocket::async_test]
async fn sign_out_everywhere_ends_every_session() {
    let shop = TestShop::new().await;
    let (here, there) = (member(&shop, JANE).await, shop.browser());
    let other = member(&shop, "emma@example.org").await;
    sign_in(&there, JANE, PASSWORD).await;
    here.get("/account").await.assert_shows("This browser");
    here.post("/sign-out/everywhere", &[]).await.assert_redirects_to("/sign-in");
    assert!(!is_signed_in(&here).await && !is_signed_in(&there).await);
    assert!(is_signed_in(&other).await);
    here.post("/sign-out/everywhere", &[]).await.assert_status(401);
}

#[rocket::async_test]
async fn a_blocked_account_is_out_at_once_and_cannot_come_back() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    let now = shop.clock.now();
    shop.run(move |conn| {
        let jane = accounts::table.filter(accounts::email_key.eq(JANE));
        diesel::update(jane).set(accounts::blocked_at.eq(now)).execute(conn)
    });
    assert!(!is_signed_in(&browser).await);
    let answer = sign_in(&browser, JANE, PASSWORD).await;
    answer.assert_status(422).assert_shows("This address and password don’t open an account.");
    browser.post("/reset-password", &[("email", JANE)]).await.assert_status(303);
    assert!(shop.letters_to(JANE).is_empty());
}

#[rocket::async_test]
async fn after_signing_in_one_is_where_one_wanted_to_be_within_this_shop() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    for (next, place) in [
        ("/books?q=a%20b", "/books?q=a%20b"),
        ("//evil.example", "/library"),
        ("/\\evil.example", "/library"),
        ("https://evil.example/", "/library"),
    ] {
        let form = [("email", JANE), ("password", PASSWORD), ("next", next)];
        browser.post("/sign-in", &form).await.assert_redirects_to(place);
    }
    browser.get("/sign-in?next=//evil.example").await.assert_redirects_to("/library");
    let answer = shop.browser().get("/sign-in?next=/orders").await;
    answer.assert_status(200).assert_shows("name=\"next\" value=\"/orders\"");
}

#[rocket::async_test]
async fn someone_who_is_not_signed_in_is_asked_to_and_comes_back() {
    let shop = TestShop::new().await;
    let answer = shop.browser().get("/account").await;
    answer.assert_status(401).assert_shows("/sign-in?next=");
}

#[rocket::async_test]
async fn a_hash_of_older_parameters_is_renewed_at_sign_in() {
    use argon2::password_hash::{PasswordHasher as _, phc::PasswordHash};
    use argon2::{Algorithm, Argon2, Params, Version};
    let shop = TestShop::new().await;
    let account = shop.account("jane", Role::Customer);
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let hash: PasswordHash = weak.hash_password(PASSWORD.as_bytes()).unwrap();
    let (id, now, hash) = (account.id, shop.clock.now(), hash.to_string());
    shop.run(move |conn| account.set_password(conn, &hash, now));
    sign_in(&shop.browser(), "jane@example.com", PASSWORD).await.assert_status(303);
    let kept = shop.run(move |conn| Account::find(conn, id)).unwrap().password_hash;
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    sign_in(&shop.browser(), "jane@example.com", PASSWORD).await.assert_status(303);
}
