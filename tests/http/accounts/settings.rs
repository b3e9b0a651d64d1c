//! What an account's owner changes.

use super::{PASSWORD, is_signed_in, member, sign_in, sign_up};
use crate::support::TestShop;

const JANE: &str = "jane@example.org";
const NEW: &str = "jane@new.example.org";

#[rocket::async_test]
async fn a_new_address_counts_once_it_is_proved_and_the_old_one_is_told() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    let form = [("email", NEW), ("email_password", PASSWORD)];
    browser.post("/account/email", &form).await.assert_redirects_to("/account");
    browser.get("/account").await.assert_shows("value=\"jane@example.org\"");
    sign_in(&shop.browser(), NEW, PASSWORD).await.assert_status(422);
    assert!(shop.letters_to(JANE).is_empty());

    let link = shop.letter_to(NEW).link("/confirm/");
    let elsewhere = shop.browser();
    elsewhere.get(&link).await.assert_status(200).assert_shows("Use this address");
    elsewhere.post(&link, &[("password", "someone else's guess")]).await.assert_status(422);
    elsewhere.post(&link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
    browser.get("/account").await.assert_shows(NEW).assert_shows_not("waits to be confirmed");
    assert_eq!(shop.letter_to(JANE).subject, "Bookplate: your account has another address now");
    sign_in(&shop.browser(), JANE, PASSWORD).await.assert_status(422);
    sign_in(&shop.browser(), NEW, PASSWORD).await.assert_status(303);
}

#[rocket::async_test]
async fn a_change_of_address_wants_the_password_and_an_address() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    let answer = browser.post("/account/email", &[("email", NEW), ("email_password", "wrong")]).await;
    answer.assert_status(422).assert_shows("This isn’t your password.").assert_shows(NEW);
    let answer = browser.post("/account/email", &[("email", "jane"), ("email_password", PASSWORD)]).await;
    answer.assert_status(422).assert_shows("This isn’t an e-mail address");
    let answer = browser.post("/account/email", &[("email", JANE), ("email_password", PASSWORD)]).await;
    answer.assert_status(422).assert_shows("This is your address already.");
    assert!(shop.letters_to(NEW).is_empty());
}

#[rocket::async_test]
async fn links_to_the_old_address_work_no_more_after_the_change() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    browser.post("/reset-password", &[("email", JANE)]).await;
    let reset = shop.letter_to(JANE).link("/reset-password/");
    browser.post("/account/email", &[("email", NEW), ("email_password", PASSWORD)]).await;
    let change = shop.letter_to(NEW).link("/confirm/");
    browser.post(&change, &[("password", PASSWORD)]).await.assert_status(303);
    browser.get(&reset).await.assert_status(410);
}

#[rocket::async_test]
async fn an_address_that_nobody_proved_is_free_for_its_owner() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    sign_up(&shop.browser(), NEW, "the stranger's choice").await;
    shop.send_mail().await;
    browser.post("/account/email", &[("email", NEW), ("email_password", PASSWORD)]).await;
    let link = shop.letter_to(NEW).link("/confirm/");
    browser.post(&link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
    sign_in(&shop.browser(), NEW, PASSWORD).await.assert_status(303);
}

#[rocket::async_test]
async fn an_address_that_another_account_proved_meanwhile_stays_there() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    browser.post("/account/email", &[("email", NEW), ("email_password", PASSWORD)]).await;
    let link = shop.letter_to(NEW).link("/confirm/");
    shop.send_mail().await;
    member(&shop, NEW).await;
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(410);
    browser.get("/account").await.assert_shows(JANE);
}

#[rocket::async_test]
async fn a_new_password_wants_the_old_one_and_signs_out_every_other_browser() {
    let shop = TestShop::new().await;
    let (here, there) = (member(&shop, JANE).await, shop.browser());
    sign_in(&there, JANE, PASSWORD).await;
    let new = "four herons in the reeds";
    let wrong = [("current_password", "wrong"), ("password", new)];
    here.post("/account/password", &wrong).await.assert_status(422).assert_shows("This isn’t your password.");
    let weak = [("current_password", PASSWORD), ("password", "password1234")];
    here.post("/account/password", &weak).await.assert_status(422).assert_shows("first passwords");
    assert!(is_signed_in(&there).await);

    let before = here.cookie("bookplate-session").unwrap();
    let right = [("current_password", PASSWORD), ("password", new)];
    here.post("/account/password", &right).await.assert_redirects_to("/account");
    assert!(is_signed_in(&here).await && !is_signed_in(&there).await);
    assert_ne!(here.cookie("bookplate-session").unwrap(), before);
    assert_eq!(shop.letter_to(JANE).subject, "Bookplate: Your password was changed");
    sign_in(&there, JANE, PASSWORD).await.assert_status(422);
    sign_in(&there, JANE, new).await.assert_status(303);
}

#[rocket::async_test]
async fn a_name_can_be_changed_and_shows_as_text() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    let name = "Jane <script>alert(1)</script>";
    browser.post("/account/name", &[("name", name)]).await.assert_redirects_to("/account");
    let page = browser.get("/account").await;
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
    page.assert_shows(name);
    browser
        .post("/account/name", &[("name", "  ")])
        .await
        .assert_status(422)
        .assert_shows("Please tell us the name");
}

#[rocket::async_test]
async fn the_account_page_names_the_browsers_that_are_signed_in() {
    let shop = TestShop::new().await;
    let here = member(&shop, JANE).await;
    let there =
        shop.browser().header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0");
    sign_in(&there, JANE, PASSWORD).await;
    let page = here.get("/account").await;
    page.assert_shows("Firefox on Linux").assert_shows("since 1 March 2026");
    assert_eq!(page.text().matches("This browser").count(), 1);
}
