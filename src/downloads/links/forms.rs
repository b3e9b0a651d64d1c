//! What making a link sends. A field that is missing counts as empty.

use rocket::form::FromForm;

/// `POST /links`.
#[derive(Debug, FromForm)]
pub struct LinkForm<'r> {
    /// The file's public id.
    #[field(default = "")]
    pub file: &'r str,
}
