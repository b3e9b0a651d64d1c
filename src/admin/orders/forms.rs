//! What the forms about orders send.

use rocket::form::FromForm;

/// The books to refund, and why.
#[derive(Debug, FromForm)]
pub struct RefundForm<'r> {
    /// The places of the books in the order.
    #[field(name = "item")]
    pub items: Vec<usize>,
    /// The sum that the page showed, in minor units: if it is another one by now, nothing goes back.
    pub amount: i64,
    /// Why.
    #[field(default = "")]
    pub reason: &'r str,
}
