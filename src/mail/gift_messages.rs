//! The letters to those who are given books. They name no price.

use super::messages::letter;

/// One book of a gift.
#[derive(Debug, Clone)]
pub struct GiftBook {
    /// The title as at the sale.
    pub title: String,
    /// Who wrote it, on one line.
    pub by: String,
}

letter! {
    /// Somebody gives books: who, with which words, and where they are.
    GiftLetter in "mail/gift.html" and "mail/gift.txt",
    |letter| match letter.books.as_slice() {
        [only] => format!("{} gives you a book: {}", letter.giver, only.title),
        books => format!("{} gives you {} books", letter.giver, books.len()),
    }, {
        /// Who gives.
        giver: String,
        /// Whom to greet; may be empty.
        recipient: String,
        /// The giver's words, plain text; may be empty.
        message: String,
        /// The books.
        books: Vec<GiftBook>,
        /// The link that opens the gift.
        link: String,
    }
}

letter! {
    /// A gift was undone after it had been sent.
    GiftWithdrawn in "mail/gift_withdrawn.html" and "mail/gift_withdrawn.txt",
    |letter| format!("The gift from {} is no longer there", letter.giver), {
        /// Who gave.
        giver: String,
        /// Whom to greet; may be empty.
        recipient: String,
    }
}
