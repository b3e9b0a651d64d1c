//! The outbox: written with the work that makes a mail due.

use bookplate::db::schema::mails;
use bookplate::mail::Message;
use bookplate::mail::outbox::{Mail, enqueue};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::result::Error;

use crate::support::TestShop;

fn message(subject: &str) -> Message {
    Message {
        to: "jane@example.org".to_owned(),
        subject: subject.to_owned(),
        text: "Hello".to_owned(),
        html: "<p>Hello</p>".to_owned(),
    }
}

fn count(shop: &TestShop) -> i64 {
    shop.run(|conn| mails::table.count().get_result(conn))
}

#[rocket::async_test]
async fn work_that_is_undone_sends_no_mail() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    let undone: Result<(), Error> = shop.run_with(move |conn| {
        enqueue(conn, &message("A receipt"), None, now)?;
        Err(Error::RollbackTransaction)
    });
    assert!(undone.is_err());
    assert_eq!(count(&shop), 0);
}

#[rocket::async_test]
async fn a_mail_with_a_key_is_written_once() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    for is_first in [true, false, false] {
        let written = shop.run(move |conn| enqueue(conn, &message("A receipt"), Some("receipt:7"), now));
        assert_eq!(written, is_first);
    }
    assert_eq!(count(&shop), 1);
    shop.send_mail().await;
    // Long after, too.
    shop.clock.advance(TimeDelta::days(60));
    shop.run_task("sweep").await;
    let now = shop.clock.now();
    assert!(!shop.run(move |conn| enqueue(conn, &message("A receipt"), Some("receipt:7"), now)));
}

#[rocket::async_test]
async fn a_subject_is_one_line() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| enqueue(conn, &message("Your book\r\nBcc: eve@example.org"), None, now));
    assert_eq!(shop.letter_to("jane@example.org").subject, "Your book Bcc: eve@example.org");
}

#[rocket::async_test]
async fn a_mail_whose_sender_died_is_taken_up_again() {
    let shop = TestShop::new().await;
    let now = shop.clock.now();
    shop.run(move |conn| enqueue(conn, &message("A receipt"), None, now));
    assert_eq!(shop.run(move |conn| Mail::claim(conn, 10, now)).len(), 1);
    shop.send_mail().await;
    assert!(shop.mail_files().is_empty(), "it is somebody else's to send");
    shop.clock.advance(TimeDelta::minutes(11));
    shop.send_mail().await;
    assert_eq!(shop.mail_files().len(), 1);
}
