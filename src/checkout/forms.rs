//! What the cart's and the checkout's forms send: never a price.

use rocket::form::FromForm;

/// A book to put in the cart, or to take out.
#[derive(Debug, FromForm)]
pub struct CartForm<'r> {
    /// The book's public id.
    pub book: &'r str,
}
