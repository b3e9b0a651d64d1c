//! What the form of a table sends.

use rocket::form::FromForm;
use rocket::fs::TempFile;

/// A table.
#[derive(Debug, FromForm)]
pub struct ImportForm<'r> {
    /// The file.
    pub table: Option<TempFile<'r>>,
}
