//! What a statement of withdrawal sends. A field that is missing counts as empty.

use rocket::form::FromForm;

/// `POST /withdraw` and `POST /withdraw/confirm`.
#[derive(Debug, FromForm)]
pub struct WithdrawForm<'r> {
    /// Who withdraws.
    #[field(default = "")]
    pub name: &'r str,
    /// The order's number.
    #[field(default = "")]
    pub order: &'r str,
    /// The order's address.
    #[field(default = "")]
    pub email: &'r str,
}
