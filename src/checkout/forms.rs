//! What the cart's and the checkout's forms send: never a price.

use rocket::form::FromForm;

/// A book to put in the cart, or to take out.
#[derive(Debug, FromForm)]
pub struct CartForm<'r> {
    /// The book's public id.
    pub book: &'r str,
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
}
