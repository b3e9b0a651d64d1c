//! What a title's page shows of its uploads.

use super::{Upload, UploadKey, UploadStatus, rules};
use crate::config;
use crate::web::show;

/// A file on its way, or one that was refused.
#[derive(Debug, Clone)]
pub struct UploadRow {
    /// Its public id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is a sample.
    pub is_sample: bool,
    /// Its size, for people.
    pub size: String,
    /// How much of it is there, in percent.
    pub percent: u64,
    /// Until when it can be gone on with.
    pub until: String,
    /// Why it was refused; empty while it is on its way.
    pub refusal: Vec<String>,
}

/// A key for programs.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its public id.
    pub id: String,
    /// When it was made.
    pub made: String,
    /// When it was last used; empty for never.
    pub used: String,
}

/// What a title's page shows of its uploads.
#[derive(Debug, Clone, Default)]
pub struct UploadsView {
    /// Files on their way.
    pub unfinished: Vec<UploadRow>,
    /// Files that can't be used.
    pub refused: Vec<UploadRow>,
    /// Keys for programs.
    pub keys: Vec<KeyRow>,
    /// Which kinds are taken, in words.
    pub kinds: String,
    /// The same for a file input's `accept`.
    pub accept: String,
    /// The largest file, for people.
    pub largest: String,
    /// The largest file, in bytes.
    pub largest_bytes: u64,
}

impl UploadsView {
    /// Of a title.
    #[must_use]
    pub fn new(uploads: &[Upload], keys: &[UploadKey], taken: &config::Uploads) -> Self {
        let rows = |status: UploadStatus| {
            let fits = uploads.iter().filter(|upload| upload.status == status);
            fits.map(UploadRow::from).collect()
        };
        let endings: Vec<String> = taken.formats.iter().map(|format| format!(".{format}")).collect();
        Self {
            unfinished: rows(UploadStatus::Receiving),
            refused: rows(UploadStatus::Refused),
            keys: keys.iter().map(KeyRow::from).collect(),
            kinds: rules::spoken(&taken.formats),
            accept: endings.join(","),
            largest: show::size(taken.max_bytes()),
            largest_bytes: taken.max_bytes(),
        }
    }
}

impl From<&Upload> for UploadRow {
    fn from(upload: &Upload) -> Self {
        Self {
            id: upload.public_id.clone(),
            name: upload.file_name.clone(),
            is_sample: upload.is_sample,
            size: show::size(upload.length()),
            percent: upload.offset().saturating_mul(100).checked_div(upload.length()).unwrap_or_default(),
            until: show::moment(upload.expires_at),
            refusal: upload.refusal.lines().map(str::to_owned).collect(),
        }
    }
}

impl From<&UploadKey> for KeyRow {
    fn from(key: &UploadKey) -> Self {
        Self {
            id: key.public_id.clone(),
            made: show::moment(key.created_at),
            used: key.used_at.map_or_else(String::new, show::moment),
        }
    }
}
