//! What the database and the log hold, and what they do not.

use std::io::Write;
use std::sync::{Arc, Mutex};

use diesel::prelude::*;

use super::{PASSWORD, member, sign_in};
use crate::support::TestShop;

const JANE: &str = "jane.secret@example.org";

/// Every text in the tables about accounts and mail.
fn texts(shop: &TestShop) -> String {
    use bookplate::db::schema::{accounts, email_tokens, mails, sessions};
    shop.run(|conn| {
        let mut all: Vec<String> = accounts::table.select(accounts::password_hash).load(conn)?;
        all.extend(sessions::table.select(sessions::token_hash).load::<String>(conn)?);
        all.extend(email_tokens::table.select(email_tokens::token_hash).load::<String>(conn)?);
        all.extend(mails::table.select(mails::subject).load::<String>(conn)?);
        all.extend(mails::table.select(mails::body_text).load::<String>(conn)?);
        all.extend(mails::table.select(mails::body_html).load::<String>(conn)?);
        Ok(all.join("\n"))
    })
}

#[rocket::async_test]
async fn the_database_holds_hashes_only() {
    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    browser.post("/reset-password", &[("email", JANE)]).await;
    let reset = shop.letter_to(JANE).link("/reset-password/");
    let reset = reset.rsplit('/').next().unwrap().to_owned();
    // A mail that was sent is kept without its words, which held the link.
    shop.send_mail().await;
    let kept = texts(&shop);
    let session = browser.cookie("bookplate-session").unwrap();
    for secret in [PASSWORD, &session, &reset] {
        assert!(!kept.contains(secret), "{secret} is in: {kept}");
    }
    let hash = bookplate::ids::Token::parse(&session).unwrap().hash();
    assert!(kept.contains(hash.as_str()) && kept.contains("$argon2id$"), "{kept}");
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[rocket::async_test]
async fn the_log_holds_no_address_no_password_and_no_token() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // One log for the whole process: other tests write to it as well, which does no harm.
    tracing::subscriber::set_global_default(log).expect("no other test starts a log");

    let shop = TestShop::new().await;
    let browser = member(&shop, JANE).await;
    sign_in(&browser, JANE, "the wrong secret password").await.assert_status(422);
    browser.post("/reset-password", &[("email", JANE)]).await;
    let link = shop.letter_to(JANE).link("/reset-password/");
    browser.get(&link).await.assert_status(200);
    shop.send_mail().await;
    browser.get(&format!("/sign-in?email={JANE}")).await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("/reset-password/<token>"), "the requests are logged: {log}");
    let token = link.rsplit('/').next().unwrap();
    let session = browser.cookie("bookplate-session").unwrap();
    for secret in [JANE, "jane.secret", "wrong secret password", token, session.as_str()] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}
