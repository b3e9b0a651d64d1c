//! The letters about orders.

use super::messages::letter;

/// One book on a receipt.
#[derive(Debug, Clone)]
pub struct MailLine {
    /// The title as at the sale.
    pub title: String,
    /// What it cost, written with its currency.
    pub price: String,
}

letter! {
    /// The books are paid: where to get them, and what they cost.
    Receipt in "mail/receipt.html" and "mail/receipt.txt",
    |letter| format!("Your books, and the receipt for order {}", letter.number), {
        /// The order's number.
        number: String,
        /// The day, as people write it.
        placed: String,
        /// The books.
        lines: Vec<MailLine>,
        /// The sum, written with its currency.
        total: String,
        /// Where the books are; for a guest with the order's access token.
        library_url: String,
        /// The receipt to print.
        receipt_url: String,
        /// Whether the links are the only key to the books.
        guest: bool,
        /// Whether no real money was taken.
        sandbox: bool,
    }
}

letter! {
    /// A delayed payment did not come.
    PaymentFailed in "mail/payment_failed.html" and "mail/payment_failed.txt",
    |letter| format!("Your payment for order {} didn’t arrive", letter.number), {
        /// The order's number.
        number: String,
        /// The sum, written with its currency.
        amount: String,
        /// The order's page.
        receipt_url: String,
    }
}

letter! {
    /// Money went back.
    Refund in "mail/refund.html" and "mail/refund.txt",
    |letter| format!("Your refund for {}", letter.books), {
        /// The order's number.
        number: String,
        /// “Emma”, or "3 books".
        books: String,
        /// What went back, written with its currency.
        amount: String,
        /// The order's page.
        receipt_url: String,
    }
}
