//! Making an account and proving its address.

use bookplate::accounts::Account;
use chrono::TimeDelta;

use super::{PASSWORD, is_signed_in, member, sign_in, sign_up};
use crate::support::TestShop;

const JANE: &str = "jane@example.org";

#[rocket::async_test]
async fn the_mailed_link_and_the_password_make_an_account() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    browser.get("/sign-up").await.assert_status(200).assert_shows("Make an account");
    sign_up(&browser, "Jane@Example.org", PASSWORD).await.assert_redirects_to("/sign-up/sent");
    browser.get("/sign-up/sent").await.assert_status(200).assert_shows("Look into your mail");
    assert!(!is_signed_in(&browser).await);
    sign_in(&browser, JANE, PASSWORD).await.assert_status(422);

    let letter = shop.letter_to("Jane@Example.org");
    assert_eq!(letter.subject, "Please confirm your address for Bookplate");
    assert!(letter.text.contains("http://localhost/confirm/"), "{}", letter.text);
    let link = letter.link("/confirm/");
    browser.get(&link).await.assert_status(200).assert_shows("Jane@Example.org");
    assert!(!is_signed_in(&browser).await, "opening the link must change nothing");
    browser.post(&link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
    assert!(is_signed_in(&browser).await);

    let elsewhere = shop.browser();
    sign_in(&elsewhere, " JANE@example.ORG ", PASSWORD).await.assert_redirects_to("/library");
    elsewhere.get("/account").await.assert_shows("Jane@Example.org");
}

#[rocket::async_test]
async fn a_strangers_sign_up_is_not_finished_by_the_owners_click() {
    let shop = TestShop::new().await;
    sign_up(&shop.browser(), JANE, "the stranger's choice").await.assert_status(303);
    let link = shop.letter_to(JANE).link("/confirm/");
    // The owner of the address opens the link, and knows no password.
    let owner = shop.browser();
    owner.get(&link).await.assert_status(200);
    for guess in ["", PASSWORD] {
        let answer = owner.post(&link, &[("password", guess)]).await;
        answer.assert_status(422).assert_shows("This isn’t the password of the account.");
    }
    // The owner signs up, too: the stranger's link and password are worth nothing then.
    sign_up(&owner, JANE, PASSWORD).await.assert_status(303);
    owner.post(&link, &[("password", "the stranger's choice")]).await.assert_status(410);
    let newest = shop.letters_to(JANE)[1].link("/confirm/");
    owner.post(&newest, &[("password", "the stranger's choice")]).await.assert_status(422);
    owner.post(&newest, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
}

#[rocket::async_test]
async fn a_link_works_once_and_for_a_day() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    sign_up(&browser, JANE, PASSWORD).await;
    let link = shop.letter_to(JANE).link("/confirm/");
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(303);
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(410);
    browser.get(&link).await.assert_status(410).assert_shows("This link no longer works");

    sign_up(&browser, "emma@example.org", PASSWORD).await;
    let link = shop.letter_to("emma@example.org").link("/confirm/");
    shop.clock.advance(TimeDelta::hours(24));
    browser.get(&link).await.assert_status(410);
    browser.post(&link, &[("password", PASSWORD)]).await.assert_status(410);
    for nonsense in ["/confirm/x", "/confirm/00000000000000000000000000", "/confirm/%00"] {
        browser.get(nonsense).await.assert_status(410);
    }
}

#[rocket::async_test]
async fn the_link_can_be_sent_again() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    sign_up(&browser, JANE, PASSWORD).await;
    browser.get("/confirm").await.assert_status(200);
    browser.post("/confirm", &[("email", JANE)]).await.assert_redirects_to("/sign-up/sent");
    let letters = shop.letters_to(JANE);
    let [first, second] = [letters[0].link("/confirm/"), letters[1].link("/confirm/")];
    browser.post(&first, &[("password", PASSWORD)]).await.assert_status(410);
    browser.post(&second, &[("password", PASSWORD)]).await.assert_status(303);
    // Nothing waits to be proved any more.
    browser.post("/confirm", &[("email", JANE)]).await.assert_redirects_to("/sign-up/sent");
    assert_eq!(shop.letters_to(JANE).len(), 2);
}

#[rocket::async_test]
async fn a_form_that_fails_keeps_what_was_typed_but_no_password() {
    let shop = TestShop::new().await;
    let browser = shop.browser();
    let typed = [("name", ""), ("email", "jane at example"), ("password", "sh0rt!pw")];
    let answer = browser.post("/sign-up", &typed).await;
    answer
        .assert_status(422)
        .assert_shows("value=\"jane at example\"")
        .assert_shows("This isn’t an e-mail address")
        .assert_shows("Please tell us the name")
        .assert_shows("at least 10 characters")
        .assert_shows_not("sh0rt!pw");
    browser.post("/sign-up", &[]).await.assert_status(422);
    let answer = browser.post("/sign-up", &[("name", "Jane"), ("email", JANE), ("password", JANE)]).await;
    answer.assert_status(422).assert_shows("too close to your name or address");
}

#[rocket::async_test]
async fn a_program_is_told_the_fields_as_json() {
    let shop = TestShop::new().await;
    let browser = shop.browser().header("Accept", "application/json");
    let answer =
        browser.post("/sign-up", &[("name", "Jane"), ("email", "jane"), ("password", PASSWORD)]).await;
    answer.assert_status(422);
    let error = answer.json()["error"].clone();
    assert_eq!(error["status"], 422);
    assert_eq!(error["fields"]["email"], "This isn’t an e-mail address; one looks like jane@example.org.");
    assert_eq!(error["fields"].as_object().unwrap().len(), 1);
    let answer = sign_in(&browser, JANE, "wrong").await;
    answer.assert_status(422);
    assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("This address and password"));
}

#[rocket::async_test]
async fn a_sign_up_cannot_choose_what_another_person_reads() {
    let shop = TestShop::new().await;
    let form = [("name", "Win a prize at evil.example"), ("email", JANE), ("password", PASSWORD)];
    shop.browser().post("/sign-up", &form).await.assert_status(303);
    let letter = shop.letter_to(JANE);
    assert!(
        !letter.text.contains("evil") && !letter.html.contains("evil") && !letter.subject.contains("evil")
    );
    let account = shop.run(|conn| Account::find_by_email(conn, JANE)).unwrap();
    assert_eq!(account.name, "Win a prize at evil.example");
}

#[rocket::async_test]
async fn an_account_that_nobody_proves_is_forgotten_after_a_month() {
    let shop = TestShop::new().await;
    member(&shop, "emma@example.org").await;
    sign_up(&shop.browser(), JANE, PASSWORD).await;
    for (days, is_there) in [(30, true), (1, false)] {
        shop.clock.advance(TimeDelta::days(days));
        shop.run_task("sweep").await;
        assert_eq!(shop.run(|conn| Account::find_by_email(conn, JANE)).is_some(), is_there);
    }
    sign_in(&shop.browser(), "emma@example.org", PASSWORD).await.assert_status(303);
}
