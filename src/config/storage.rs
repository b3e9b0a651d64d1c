//! `[default.bookplate.storage]`: where the bytes live.

use std::path::PathBuf;

use serde::Deserialize;

use super::SettingsError;
use super::secret::Secret;

/// The kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StorageKind {
    /// A folder of this machine.
    Local,
    /// A bucket of a service that speaks S3.
    S3,
}

/// Where the bytes live.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Storage {
    /// The kind of store.
    pub kind: StorageKind,
    /// The folder; never below a folder that a web server shows. With a bucket, only what comes in waits there.
    pub root: PathBuf,
    /// Where the service is, `https://…`, without the bucket.
    pub s3_endpoint: String,
    /// Where readers reach it, for `delivery.backend = "redirect"`; empty: `s3_endpoint`.
    pub s3_public_endpoint: String,
    /// The bucket's region, which goes into each signature.
    pub s3_region: String,
    /// The bucket.
    pub s3_bucket: String,
    /// A folder in the bucket, `books/2026`; empty for none.
    pub s3_prefix: String,
    /// Whether the bucket is the first part of the path, rather than of the host name.
    pub s3_path_style: bool,
    /// Who we are there; only from the environment or the secrets file.
    pub s3_access_key_id: Secret,
    /// What requests are signed with; only from the same places.
    pub s3_secret_access_key: Secret,
    /// A TOML file with the two keys above, which its owner alone can read; empty for none.
    pub s3_secrets_file: String,
}

impl Default for Storage {
    fn default() -> Self {
        Self {
            kind: StorageKind::Local,
            root: PathBuf::from("data/store"),
            s3_endpoint: String::new(),
            s3_public_endpoint: String::new(),
            s3_region: "us-east-1".to_owned(),
            s3_bucket: String::new(),
            s3_prefix: String::new(),
            s3_path_style: true,
            s3_access_key_id: Secret::default(),
            s3_secret_access_key: Secret::default(),
            s3_secrets_file: String::new(),
        }
    }
}

impl Storage {
    /// # Errors
    /// When the folder is not named, or lies among the shop's public assets, or the bucket isn't described.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let shown = self.root.display().to_string();
        let public = self.root.components().any(|part| part.as_os_str() == "static");
        // It goes into a response header (Apache) and into the web server's configuration.
        let text = self.root.to_str().is_some_and(|root| !root.chars().any(char::is_control));
        if shown.is_empty() || public || !text || self.root.parent().is_none() {
            let right = "a folder of its own that no web server shows, for example \"data/store\"";
            return Err(SettingsError::new("storage.root", &shown, right));
        }
        if self.kind == StorageKind::S3 { self.validate_s3() } else { Ok(()) }
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
