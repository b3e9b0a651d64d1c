//! What the cart's and the checkout's forms send: never a price.

use rocket::form::FromForm;

use super::gift::forms::GiftForm;

/// A book to put in the cart, or to take out.
#[derive(Debug, FromForm)]
pub struct CartForm<'r> {
    /// The book's public id.
    pub book: &'r str,
    /// Whether it is for someone else: then it can be a book that the buyer has.
    #[field(default = false)]
    pub gift: bool,
}

/// A bundle to put in the cart, or to take out.
#[derive(Debug, FromForm)]
pub struct BundleForm<'r> {
    /// The bundle's public id.
    pub bundle: &'r str,
}

/// What a reader means to pay for a book in the cart.
#[derive(Debug, FromForm)]
pub struct AmountForm<'r> {
    /// The book's public id.
    pub book: &'r str,
    /// What was typed.
    #[field(default = "")]
    pub amount: &'r str,
}

/// A discount code.
#[derive(Debug, FromForm)]
pub struct CodeForm<'r> {
    /// What was typed.
    #[field(default = "")]
    pub code: &'r str,
    /// `checkout` when it was typed there, else the cart.
    #[field(default = "")]
    pub from: &'r str,
}

impl CodeForm<'_> {
    /// Whether the code was typed on the checkout's page.
    #[must_use]
    pub fn is_from_checkout(&self) -> bool {
        self.from == "checkout"
    }
}

/// The checkout's form.
#[derive(Debug, FromForm)]
pub struct CheckoutForm<'r> {
    /// Where the receipt goes; a signed-in account has its own.
    #[field(default = "")]
    pub email: &'r str,
    /// The fingerprint of what the page showed, so that a buyer is told when it is no longer so. Nothing is computed
    /// from it.
    #[field(default = "")]
    pub seen: &'r str,
    /// Whether the books are for someone else.
    pub gift: GiftForm<'r>,
    /// The buyer's country, where it is asked.
    #[field(default = "")]
    pub country: &'r str,
    /// Whether the buyer agreed to delivery at once, where it is asked.
    #[field(default = false)]
    pub agreed: bool,
}
