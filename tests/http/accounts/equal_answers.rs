//! Nobody learns from the shop who has an account here.

use bookplate::accounts::Passwords;

use super::{PASSWORD, member, sign_in, sign_up};
use crate::support::{Answer, TestShop};

const JANE: &str = "jane@example.org";
const NOBODY: &str = "nobo@example.org";

/// All of an answer that a visitor sees, without what differs each time.
fn seen(answer: &Answer, address: &str) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("x-request-id"))
        .map(|(name, value)| (name.to_lowercase(), value.clone()))
        .collect();
    headers.sort();
    (answer.status, headers, answer.text().replace(address, "ADDRESS"))
}

/// How many passwords were worked out by `work`.
async fn hashes<F: Future<Output = Answer>>(shop: &TestShop, work: F) -> (u64, Answer) {
    let passwords = shop.client.rocket().state::<Passwords>().unwrap();
    let before = passwords.worked_out();
    let answer = work.await;
    (passwords.worked_out() - before, answer)
}

#[rocket::async_test]
async fn a_sign_in_answers_alike_for_known_unknown_unproved_and_blocked() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    sign_up(&shop.browser(), "wait@example.org", PASSWORD).await;
    let mut answers = Vec::new();
    // The right password of an unproved account is no more than a wrong one.
    for (address, password) in [(JANE, "wrong"), (NOBODY, "wrong"), ("wait@example.org", PASSWORD)] {
        let browser = shop.browser();
        let (count, answer) = hashes(&shop, sign_in(&browser, address, password)).await;
        assert_eq!(count, 1, "{address}");
        answers.push(seen(&answer, address));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[rocket::async_test]
async fn a_sign_up_answers_alike_and_tells_the_owner_by_mail() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    sign_up(&shop.browser(), "wait@example.org", PASSWORD).await;
    let mut answers = Vec::new();
    for address in [JANE, NOBODY, "wait@example.org"] {
        let browser = shop.browser();
        let (count, answer) = hashes(&shop, sign_up(&browser, address, "another good password")).await;
        assert_eq!(count, 1, "{address}");
        answers.push(seen(&answer, address));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    let letter = shop.letter_to(JANE);
    assert_eq!(letter.subject, "You have an account at Bookplate already");
    assert!(!letter.text.contains("/confirm/"));
    shop.letter_to(NOBODY).link("/confirm/");
    // The account is as it was.
    sign_in(&shop.browser(), JANE, PASSWORD).await.assert_status(303);
}

#[rocket::async_test]
async fn asking_for_a_link_answers_alike() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    for path in ["/reset-password", "/confirm"] {
        let mut answers = Vec::new();
        for address in [JANE, NOBODY] {
            let browser = shop.browser();
            let (count, answer) = hashes(&shop, browser.post(path, &[("email", address)])).await;
            assert_eq!(count, 0);
            answers.push(seen(&answer, address));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
    assert!(shop.letters_to(NOBODY).is_empty());
    assert_eq!(shop.letters_to(JANE).len(), 1);
}

#[rocket::async_test]
async fn changing_to_a_known_address_answers_alike_and_tells_its_owner() {
    let shop = TestShop::new().await;
    member(&shop, JANE).await;
    let mut answers = Vec::new();
    let (emma, anne) = ("emma@example.org", "anne@example.org");
    let (emmas, annes) = (member(&shop, emma).await, member(&shop, anne).await);
    for (who, browser, wanted) in [(emma, emmas, JANE), (anne, annes, NOBODY)] {
        let form = [("email", wanted), ("email_password", PASSWORD)];
        let (count, answer) = hashes(&shop, browser.post("/account/email", &form)).await;
        assert_eq!(count, 1);
        let page = browser.get("/account").await;
        page.assert_shows("A new address waits to be confirmed");
        answers.push((seen(&answer, wanted), page.text().replace(who, "ADDRESS")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(shop.letter_to(JANE).subject, "You have an account at Bookplate already");
    shop.letter_to(NOBODY).link("/confirm/");
}
