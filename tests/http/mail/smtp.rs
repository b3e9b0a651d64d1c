//! Through a real SMTP conversation.

use bookplate::config::{Settings, SmtpTls, Transport};
use bookplate::db::schema::mails;
use bookplate::db::{Db, Timestamp};
use bookplate::jobs::Jobs;
use bookplate::mail::{self, Mailer, Message, outbox};
use chrono::TimeDelta;
use diesel::prelude::*;

use super::sink::Sink;
use crate::support::TestShop;

fn through(sink: &Sink, tls: SmtpTls) -> impl FnOnce(&mut Settings) {
    let port = sink.port;
    move |settings| {
        settings.mail.transport = Transport::Smtp;
        settings.mail.from = "Sea Books <shop@books.example>".to_owned();
        settings.mail.smtp.host = "127.0.0.1".to_owned();
        settings.mail.smtp.port = port;
        settings.mail.smtp.tls = tls;
    }
}

fn write_to(shop: &TestShop, address: &str) {
    let message = Message {
        to: address.to_owned(),
        subject: "Grüße vom Kai".to_owned(),
        text: "Hello,\n.\na line with a dot alone must not end the mail.\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
    };
    let now = shop.clock.now();
    shop.run(move |conn| outbox::enqueue(conn, &message, None, now));
}

type Row = (i32, Option<Timestamp>, Option<Timestamp>, Option<String>);

/// Attempts, sent, failed, and the last error, of the only mail.
fn row(shop: &TestShop) -> Row {
    shop.run(|conn| {
        mails::table
            .select((mails::attempts, mails::sent_at, mails::failed_at, mails::last_error))
            .first(conn)
    })
}

#[rocket::async_test]
async fn a_mail_arrives_whole() {
    let sink = Sink::start().await;
    let shop = TestShop::with(through(&sink, SmtpTls::None)).await;
    write_to(&shop, "jane@example.org");
    shop.send_mail().await;
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.as_slice()),
        ("shop@books.example", &["jane@example.org".to_owned()][..])
    );
    let data = &taken[0].data;
    assert!(data.contains("From: \"Sea Books\" <shop@books.example>"), "{data}");
    assert!(data.contains("To: jane@example.org") && data.contains("multipart/alternative"), "{data}");
    assert!(data.contains("a line with a dot alone must not end the mail.\n"), "{data}");
    shop.send_mail().await;
    assert_eq!(sink.taken().len(), 1);
}

#[rocket::async_test]
async fn a_mail_that_was_refused_for_now_is_tried_again_later() {
    let sink = Sink::start().await;
    sink.refuse(["451 4.7.1 greylisted, jane@example.org", "421 4.3.2 closing"]);
    let shop = TestShop::with(through(&sink, SmtpTls::None)).await;
    write_to(&shop, "jane@example.org");
    shop.send_mail().await;
    let (attempts, sent, failed, error) = row(&shop);
    assert_eq!((attempts, sent, failed), (1, None, None));
    assert!(error.unwrap().contains("greylisted"));
    // Not before its time.
    shop.send_mail().await;
    assert_eq!(row(&shop).0, 1);
    shop.clock.advance(TimeDelta::minutes(1));
    shop.send_mail().await;
    assert_eq!(row(&shop).0, 2);
    shop.clock.advance(TimeDelta::minutes(5));
    shop.send_mail().await;
    let (attempts, sent, _, _) = row(&shop);
    assert_eq!((attempts, sent), (3, Some(shop.clock.now())));
    assert_eq!(sink.taken().len(), 1);
}

#[rocket::async_test]
async fn a_mail_is_given_up_after_ten_tries() {
    let sink = Sink::start().await;
    sink.refuse(["550 5.1.1 no such user"; 20]);
    let shop = TestShop::with(through(&sink, SmtpTls::None)).await;
    write_to(&shop, "jane@example.org");
    for _ in 0..15 {
        shop.send_mail().await;
        shop.clock.advance(TimeDelta::hours(6));
    }
    let (attempts, sent, failed, _) = row(&shop);
    assert_eq!((attempts, sent), (outbox::MAX_ATTEMPTS, None));
    assert!(failed.is_some());
}

#[rocket::async_test]
async fn no_mail_goes_out_in_the_clear_when_tls_is_asked_for() {
    let sink = Sink::start().await;
    let shop = TestShop::with(through(&sink, SmtpTls::Starttls)).await;
    write_to(&shop, "jane@example.org");
    shop.send_mail().await;
    assert!(sink.taken().is_empty());
    assert!(!sink.commands().iter().any(|verb| verb == "MAIL"), "{:?}", sink.commands());
    assert_eq!(row(&shop).1, None);
}

#[rocket::async_test]
async fn two_workers_send_each_mail_once() {
    let sink = Sink::start().await;
    let shop = TestShop::with(through(&sink, SmtpTls::None)).await;
    for number in 0..30 {
        write_to(&shop, &format!("reader{number}@example.org"));
    }
    // Each with connections of its own, as two processes have.
    let worker = || {
        let db = Db::open(&shop.settings.database_url).unwrap();
        Jobs::new().with(mail::task(db, shop.clock.clone(), Mailer::new(&shop.settings.mail)))
    };
    let (one, two) = (worker(), worker());
    let (first, second) = tokio::join!(one.run_once(mail::TASK), two.run_once(mail::TASK));
    first.unwrap();
    second.unwrap();
    let mut recipients: Vec<String> = sink.taken().into_iter().flat_map(|mail| mail.to).collect();
    recipients.sort();
    let all = recipients.len();
    recipients.dedup();
    assert_eq!((all, recipients.len()), (30, 30));
}
