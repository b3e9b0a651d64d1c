//! The letters to publishers, and to the buyers of a new edition.

use super::messages::letter;

/// What is new in an edition, for both forms of a letter; may be empty.
#[derive(Debug, Clone)]
pub struct Notes {
    /// As safe HTML.
    pub html: String,
    /// As plain text.
    pub text: String,
}

letter! {
    /// News of the publisher's desk: what was decided, in a few words, with the other side's own.
    DeskLetter in "mail/desk.html" and "mail/desk.txt",
    |letter| letter.heading.clone(), {
        /// The news in a line: the subject, too.
        heading: String,
        /// Whom to greet; may be empty.
        name: String,
        /// What it means, in a few sentences.
        text: String,
        /// Whose words follow; empty without any.
        whose: String,
        /// The words, plain text.
        words: String,
        /// Where to go on.
        link: String,
        /// What is there.
        link_text: String,
    }
}

letter! {
    /// A book that the reader bought has a new edition.
    EditionNews in "mail/edition_news.html" and "mail/edition_news.txt",
    |letter| format!("A new edition of “{}”", letter.title), {
        /// The book.
        title: String,
        /// Who wrote it, on one line; may be empty.
        by: String,
        /// 2, 3, ….
        number: i32,
        /// What is new.
        notes: Notes,
        /// Whether it came as a gift.
        is_gift: bool,
        /// Where its files are.
        link: String,
        /// Where to say that no more of these mails are wanted.
        stop_link: String,
    }
}
