//! From words to a valid internet message (RFC 5322, with a text and an HTML part as RFC 2046 §5.1.4 has it).

use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::outbox::Mail;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The address alone, without a name.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The body for programs that show plain text.
    pub text: String,
    /// The body for programs that show HTML.
    pub html: String,
}

/// `subject` on one line: a line break in a header would begin another header.
pub(super) fn one_line(subject: &str) -> String {
    let spaced: String = subject.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

/// The message as it goes to the wire. The same mail always has the same `Message-ID`, so that a program which gets it
/// twice (after a crash between sending and noting it) can tell.
///
/// # Errors
/// One sentence when the recipient is no address; then no later try can help.
pub(super) fn compose(from: &Mailbox, mail: &Mail) -> Result<lettre::Message, String> {
    let to = mail.recipient.parse().map_err(|_| "the recipient is not an e-mail address".to_owned())?;
    let written = DateTime::<Utc>::from_naive_utc_and_offset(mail.created_at, Utc);
    let id = format!("<{}.{}@{}>", mail.id.0, written.timestamp_micros(), from.email.domain());
    lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .date(written.into())
        .message_id(Some(id))
        // RFC 3834 §5: holiday notices need not answer a shop.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(mail.body_text.clone(), mail.body_html.clone()))
        .map_err(|error| format!("the message could not be put together: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::outbox::MailId;

    fn mail(recipient: &str, subject: &str) -> Mail {
        Mail {
            id: MailId(7),
            recipient: recipient.to_owned(),
            subject: subject.to_owned(),
            body_text: "Grüße\n".to_owned(),
            body_html: "<p>Grüße</p>".to_owned(),
            created_at: DateTime::from_timestamp(1_795_000_000, 0).unwrap().naive_utc(),
            attempts: 1,
        }
    }

    fn written(subject: &str) -> String {
        let from = "Sea Books <shop@books.example>".parse().unwrap();
        let message = compose(&from, &mail("jane@example.org", subject)).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn a_subject_cannot_begin_another_header() {
        for subject in ["Hello\r\nBcc: eve@example.org", "Hello\nBcc: eve@example.org", "Hello\u{85}Bcc: eve"]
        {
            let text = written(subject);
            let headers = text.split("\r\n\r\n").next().unwrap();
            assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
        }
    }

    #[test]
    fn a_recipient_cannot_be_two() {
        let from: Mailbox = "shop@books.example".parse().unwrap();
        for to in
            ["a@example.org, b@example.org", "a@example.org\r\nBcc: b@example.org", "Jane <a@example.org>"]
        {
            assert!(compose(&from, &mail(to, "Hello")).is_err(), "{to}");
        }
    }

    #[test]
    fn a_message_has_a_text_and_an_html_part_and_the_same_id_each_time() {
        let text = written("Grüße");
        assert!(text.contains("multipart/alternative"), "{text}");
        assert!(
            text.contains("text/plain; charset=utf-8") && text.contains("text/html; charset=utf-8"),
            "{text}"
        );
        assert!(text.contains("Message-ID: <7.1795000000000000@books.example>"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
    }
}
