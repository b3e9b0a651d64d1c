//! What the forms about publishers send.

use rocket::form::FromForm;

/// An answer to a wish.
#[derive(Debug, FromForm)]
pub struct WishAnswerForm<'r> {
    /// `approve` or `decline`.
    #[field(default = "")]
    pub verdict: &'r str,
    /// What the account is told.
    #[field(default = "")]
    pub words: &'r str,
}

/// The end of a publisher.
#[derive(Debug, FromForm)]
pub struct EndForm<'r> {
    /// `keep` or `archive`: what becomes of the titles that are for sale.
    #[field(default = "")]
    pub titles: &'r str,
    /// What the account is told.
    #[field(default = "")]
    pub words: &'r str,
}
