//! `[default.bookplate.storage]`: where the bytes live.

use std::path::PathBuf;

use serde::Deserialize;

use super::SettingsError;

/// The kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StorageKind {
    /// A folder of this machine.
    Local,
}

/// Where the bytes live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// The kind of store.
    pub kind: StorageKind,
    /// The folder; never below a folder that a web server shows.
    pub root: PathBuf,
}

impl Default for Storage {
    fn default() -> Self {
        Self { kind: StorageKind::Local, root: PathBuf::from("data/store") }
    }
}

impl Storage {
    /// # Errors
    /// When the folder is not named, or lies among the shop's public assets.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let shown = self.root.display().to_string();
        let public = self.root.components().any(|part| part.as_os_str() == "static");
        if shown.is_empty() || public {
            let right = "a folder of its own that no web server shows, for example \"data/store\"";
            return Err(SettingsError::new("storage.root", &shown, right));
        }
        Ok(())
    }
}
