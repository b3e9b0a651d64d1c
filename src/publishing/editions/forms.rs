//! What the forms about editions send.

use rocket::form::FromForm;

/// What is new in an edition.
#[derive(Debug, FromForm)]
pub struct NotesForm<'r> {
    /// Which edition.
    #[field(default = 0)]
    pub number: i32,
    /// In Markdown.
    #[field(default = "")]
    pub notes: &'r str,
}
