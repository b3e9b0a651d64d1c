//! What the form about an order's address sends.

use rocket::form::FromForm;

/// Another address.
#[derive(Debug, FromForm)]
pub struct AddressForm<'r> {
    /// The address.
    #[field(default = "")]
    pub email: &'r str,
    /// Whether the order leaves the account that it is in.
    #[field(default = false)]
    pub take_out: bool,
    /// Why; for the log.
    #[field(default = "")]
    pub reason: &'r str,
}
