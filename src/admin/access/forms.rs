//! What the forms about access send.

use rocket::form::FromForm;

/// A yes or no for one person and one book.
#[derive(Debug, FromForm)]
pub struct WordForm<'r> {
    /// The person's address.
    #[field(default = "")]
    pub person: &'r str,
    /// The book: a title, a part of one, or its name in addresses.
    #[field(default = "")]
    pub book: &'r str,
    /// `give` or `close`.
    #[field(default = "")]
    pub verdict: &'r str,
    /// Why; for admins alone.
    #[field(default = "")]
    pub reason: &'r str,
    /// What the person reads in the mail.
    #[field(default = "")]
    pub words: &'r str,
}

/// The end of a yes or no.
#[derive(Debug, FromForm)]
pub struct LiftForm<'r> {
    /// The account's public id.
    #[field(default = "")]
    pub account: &'r str,
    /// The book's public id.
    #[field(default = "")]
    pub book: &'r str,
    /// Why.
    #[field(default = "")]
    pub reason: &'r str,
}
