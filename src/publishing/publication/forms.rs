//! What the publication's form sends.

use rocket::form::FromForm;

use crate::accounts::AccountId;
use crate::db::Timestamp;
use crate::publishing::pages::ReleaseText;
use crate::publishing::release::Wish;
use crate::web::Errors;

/// What a browser's field for a day and a time sends.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// The most that words for an admin may hold, in characters.
const WORDS: usize = 2000;

/// How a title is put out.
#[derive(Debug, FromForm)]
pub struct PublishForm<'r> {
    #[field(default = "now")]
    when: &'r str,
    #[field(default = "")]
    at: &'r str,
    #[field(default = "")]
    words: &'r str,
    #[field(default = false)]
    tell: bool,
}

impl PublishForm<'_> {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> ReleaseText {
        ReleaseText {
            when: self.when.to_owned(),
            at: self.at.to_owned(),
            words: self.words.to_owned(),
            tell: self.tell,
        }
    }

    /// What the fields say.
    ///
    /// # Errors
    /// A sentence for each field that can't be used.
    pub fn wish(&self, by: AccountId, now: Timestamp) -> Result<Wish, Errors> {
        let mut errors = Errors::none();
        let words = self.words.replace("\r\n", "\n").trim().to_owned();
        if words.chars().count() > WORDS {
            errors.add("words", format!("Please shorten this to {WORDS} characters."));
        }
        let mut publish_at = None;
        if self.when == "later" {
            let typed = self.at.trim();
            // Some browsers send the seconds, too.
            let minutes: String = typed.chars().take(16).collect();
            match Timestamp::parse_from_str(&minutes, MOMENT) {
                Ok(at) if at > now => publish_at = Some(at),
                Ok(_) => errors.add("at", "This moment is over. Please choose one to come, in UTC."),
                Err(_) => errors.add("at", "Please choose a day and a time, in UTC."),
            }
        }
        errors.or(|| Wish { tell_buyers: self.tell, publish_at, words, by })
    }
}
