//! A file as pages offer it.

use super::BookFile;
use crate::web::show;

/// A file to download.
#[derive(Debug, Clone)]
pub struct FormatRow {
    /// `PDF`, `EPUB`, ….
    pub name: String,
    /// Its size, for people.
    pub size: String,
    /// Its public id.
    pub file_id: String,
}

impl From<&BookFile> for FormatRow {
    fn from(file: &BookFile) -> Self {
        Self {
            name: file.format.to_uppercase(),
            size: show::size(u64::try_from(file.byte_length).unwrap_or(0)),
            file_id: file.public_id.clone(),
        }
    }
}
