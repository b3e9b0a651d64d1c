//! The mails of a shop: those that wait in the outbox, and those that came out.

use bookplate::db::schema::mails;
use bookplate::jobs::Jobs;
use bookplate::mail;
use diesel::prelude::*;

use super::TestShop;

/// A mail that waits to be sent.
#[derive(Debug, Clone, Queryable)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    /// The path of the link that begins with `prefix`; both bodies must hold the same one.
    #[track_caller]
    pub fn link(&self, prefix: &str) -> String {
        let at = |body: &str| {
            let start = body.find(prefix).unwrap_or_else(|| panic!("no link to {prefix} in: {body}"));
            body[start..]
                .split(|char: char| char.is_whitespace() || "\"<".contains(char))
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(at(&self.text), at(&self.html));
        at(&self.text)
    }
}

impl TestShop {
    /// The mails that wait to be sent to this address, the oldest first.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        let address = address.to_owned();
        self.run(move |conn| {
            mails::table
                .filter(
                    mails::recipient
                        .eq(address)
                        .and(mails::sent_at.is_null())
                        .and(mails::failed_at.is_null()),
                )
                .order(mails::id)
                .select((mails::recipient, mails::subject, mails::body_text, mails::body_html))
                .load(conn)
        })
    }

    /// The one mail that waits to be sent to this address.
    #[track_caller]
    pub fn letter_to(&self, address: &str) -> Letter {
        let mut letters = self.letters_to(address);
        assert_eq!(letters.len(), 1, "{letters:#?}");
        letters.remove(0)
    }

    /// Sends what waits.
    pub async fn send_mail(&self) {
        self.run_task(mail::TASK).await;
    }

    /// Runs one of the shop's tasks once.
    pub async fn run_task(&self, name: &str) {
        let jobs = self.client.rocket().state::<Jobs>().expect("the shop has its tasks");
        jobs.run_once(name).await.unwrap_or_else(|error| panic!("the task {name}: {error}"));
    }

    /// The `.eml` files that came out, by name.
    pub fn mail_files(&self) -> Vec<(String, String)> {
        let Ok(entries) = std::fs::read_dir(self.mail_folder()) else { return Vec::new() };
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let text = std::fs::read_to_string(entry.path()).expect("a mail is text");
                (entry.file_name().into_string().unwrap(), text)
            })
            .collect();
        files.sort();
        files
    }
}
