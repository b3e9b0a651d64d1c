//! What the forms about files and covers send.

use rocket::form::FromForm;
use rocket::fs::TempFile;

/// What to take over from a file.
#[derive(Debug, FromForm)]
pub struct TakeForm<'r> {
    /// The file's public id.
    #[field(default = "")]
    pub file: &'r str,
    /// The ticked fields.
    pub field: Vec<&'r str>,
}

/// A picture for the cover.
#[derive(Debug, FromForm)]
pub struct CoverForm<'r> {
    /// The picture.
    pub picture: Option<TempFile<'r>>,
}

/// How much of a PDF becomes a sample.
#[derive(Debug, FromForm)]
pub struct SampleForm<'r> {
    /// How many pages, as typed.
    #[field(default = "")]
    pub pages: &'r str,
}
