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
    |letter| {
        let number = &letter.number;
        match (letter.closed, letter.gift.is_empty()) {
            (true, _) => format!("The receipt for order {number}"),
            (false, true) => format!("Your books, and the receipt for order {number}"),
            (false, false) => format!("Your gift, and the receipt for order {number}"),
        }
    }, {
        /// The order's number.
        number: String,
        /// The day, as people write it.
        placed: String,
        /// The books.
        lines: Vec<MailLine>,
        /// The sum, written with its currency.
        total: String,
        /// The tax in the total, in words; empty without any.
        tax: String,
        /// Where the books are; for a guest with the order's access token.
        library_url: String,
        /// The receipt to print.
        receipt_url: String,
        /// The invoice's number; empty for none. Its page is the receipt's address with `?to=invoice`.
        invoice: String,
        /// What the buyer agreed to, as a sentence; empty if nothing was asked. The mail is its durable confirmation.
        waiver: String,
        /// Whether the links are the only key to the books.
        guest: bool,
        /// Whether the books can't be read at this moment: the money went back, or the buyer's bank asks for it.
        closed: bool,
        /// Whether no real money was taken.
        sandbox: bool,
        /// For a gift: for whom it is and when it goes out, as a sentence; else empty.
        gift: String,
    }
}

letter! {
    /// A delayed payment was promised: nothing is to be done but to wait.
    PaymentOnItsWay in "mail/payment_on_its_way.html" and "mail/payment_on_its_way.txt",
    |letter| format!("Your payment for order {} is on its way", letter.number), {
        /// The order's number.
        number: String,
        /// The sum, written with its currency.
        amount: String,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
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
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

letter! {
    /// Money went back.
    Refund in "mail/refund.html" and "mail/refund.txt",
    |letter| format!("Your refund for {}", letter.books), {
        /// The order's number.
        number: String,
        /// “Emma”, "3 books", or "order 20261122-ABCDE".
        books: String,
        /// What went back, written with its currency.
        amount: String,
        /// What that means for the books, as a sentence.
        closed: String,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

letter! {
    /// Money that was to go back did not.
    RefundFailed in "mail/refund_failed.html" and "mail/refund_failed.txt",
    |letter| format!("Your refund for {} hasn’t worked yet", letter.books), {
        /// The order's number.
        number: String,
        /// “Emma”, "3 books", or "order 20261122-ABCDE".
        books: String,
        /// What was to go back, written with its currency.
        amount: String,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

/// Where a dispute is, for its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeNews {
    /// The bank asks for the money back.
    Opened,
    /// Decided for the shop.
    Won,
    /// Decided for the buyer.
    Lost,
}

letter! {
    /// The buyer's bank asks, or asked, for the money back.
    Dispute in "mail/dispute.html" and "mail/dispute.txt",
    |letter| match letter.news {
        DisputeNews::Opened => format!("Your bank asks back the payment for order {}", letter.number),
        DisputeNews::Won => format!("Your books of order {} are open again", letter.number),
        DisputeNews::Lost => format!("Your bank took back the payment for order {}", letter.number),
    }, {
        /// The order's number.
        number: String,
        /// What happened.
        news: DisputeNews,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

letter! {
    /// An order was paid a second time; that payment is sent back.
    PaidTwice in "mail/paid_twice.html" and "mail/paid_twice.txt",
    |letter| format!("You paid order {} twice: the second payment comes back", letter.number), {
        /// The order's number.
        number: String,
        /// The second payment, written with its currency.
        amount: String,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

letter! {
    /// A payment does not fit its order; people look at it.
    Review in "mail/review.html" and "mail/review.txt",
    |letter| format!("We are checking your payment for order {}", letter.number), {
        /// The order's number.
        number: String,
        /// The order's page.
        receipt_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

/// A finding in a mail to admins.
#[derive(Debug, Clone)]
pub struct FoundLine {
    /// What it is called.
    pub what: &'static str,
    /// The order's number; empty for none.
    pub order: String,
    /// What differs.
    pub detail: String,
}

letter! {
    /// To admins: something wants their eye.
    FindingAlert in "mail/finding_alert.html" and "mail/finding_alert.txt",
    |letter| match letter.lines.as_slice() {
        [only] if only.order.is_empty() => only.what.to_owned(),
        [only] => format!("{}: order {}", only.what, only.order),
        _ => format!("{} things at {} want your eye", letter.count, letter.shop_name),
    }, {
        /// What was found, as far as it is named.
        lines: Vec<FoundLine>,
        /// How many were found.
        count: usize,
        /// How many of them are not named; empty for none.
        more: String,
        /// Where they are put right.
        findings_url: String,
        /// Whether no real money is meant.
        sandbox: bool,
    }
}

letter! {
    /// A buyer's statement of withdrawal came in: its acknowledgement on a durable medium.
    Withdrawal in "mail/withdrawal.html" and "mail/withdrawal.txt",
    |letter| format!("Your withdrawal from order {}", letter.number), {
        /// Who withdraws.
        name: String,
        /// The order's number.
        number: String,
        /// What was stated.
        words: String,
        /// The day and the time at which it came.
        received: String,
    }
}
