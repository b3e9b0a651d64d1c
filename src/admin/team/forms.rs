//! What the forms about the team send.

use rocket::form::FromForm;

/// Whom to invite.
#[derive(Debug, FromForm)]
pub struct InviteForm<'r> {
    /// The address.
    #[field(default = "")]
    pub email: &'r str,
    /// `publisher` or `admin`.
    #[field(default = "")]
    pub role: &'r str,
    /// What they read in the mail.
    #[field(default = "")]
    pub words: &'r str,
}

/// Another role.
#[derive(Debug, FromForm)]
pub struct RoleForm<'r> {
    /// `customer`, `publisher` or `admin`.
    #[field(default = "")]
    pub role: &'r str,
}
