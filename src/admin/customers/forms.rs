//! What the forms about accounts send.

use rocket::form::FromForm;

/// Why an account is kept out.
#[derive(Debug, FromForm)]
pub struct BlockForm<'r> {
    /// Why; for admins alone.
    #[field(default = "")]
    pub reason: &'r str,
}
