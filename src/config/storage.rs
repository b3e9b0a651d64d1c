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
        // It goes into a response header (Apache) and into the web server's configuration.
        let text = self.root.to_str().is_some_and(|root| !root.chars().any(char::is_control));
        if shown.is_empty() || public || !text || self.root.parent().is_none() {
            let right = "a folder of its own that no web server shows, for example \"data/store\"";
            return Err(SettingsError::new("storage.root", &shown, right));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_cannot_be_a_store_stops_the_start() {
        let with = |root: &str| Storage { root: root.into(), ..Storage::default() }.validate();
        for root in ["", "/", "a\nb", "static/books"] {
            assert!(with(root).is_err(), "{root:?}");
        }
        assert_eq!(with("/srv/book plate/store"), Ok(()));
        assert_eq!(Storage::default().validate(), Ok(()));
    }
}
