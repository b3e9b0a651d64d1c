//! The bucket: what describes it, and where its keys may come from.

use rocket::figment::Figment;
use serde::Deserialize;

use super::secret::{self, Secret};
use super::{SettingsError, Storage};

/// What the secrets file may hold.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SecretsFile {
    s3_access_key_id: Secret,
    s3_secret_access_key: Secret,
}

/// Refuses keys that stand in `Rocket.toml`: that file is copied, shown and put under version control.
///
/// # Errors
/// When one does.
pub(super) fn refuse_in_file(figment: &Figment, storage: &Storage) -> Result<(), SettingsError> {
    let given = [
        ("s3_access_key_id", !storage.s3_access_key_id.is_empty()),
        ("s3_secret_access_key", !storage.s3_secret_access_key.is_empty()),
    ];
    secret::refuse_in_file(figment, "storage", "s3_secrets_file", &given)
}

impl Storage {
    /// Takes the keys from the secrets file that the environment did not give.
    ///
    /// # Errors
    /// When it can't be read, is no such file, or others can read it.
    pub(super) fn read_secrets_file(&mut self) -> Result<(), SettingsError> {
        let holds = "s3_access_key_id = \"…\" and s3_secret_access_key = \"…\"";
        let Some(read) =
            secret::read_file::<SecretsFile>("storage.s3_secrets_file", &self.s3_secrets_file, holds)?
        else {
            return Ok(());
        };
        if self.s3_access_key_id.is_empty() {
            self.s3_access_key_id = read.s3_access_key_id;
        }
        if self.s3_secret_access_key.is_empty() {
            self.s3_secret_access_key = read.s3_secret_access_key;
        }
        Ok(())
    }

    /// # Errors
    /// When something is missing, or no endpoint, bucket or prefix.
    pub(super) fn validate_s3(&self) -> Result<(), SettingsError> {
        let wrong = |key: &str, value: &str, right: &str| {
            Err(SettingsError::new(&format!("storage.{key}"), value, right))
        };
        let address =
            "the service's own address, without a path, for example \"https://s3.eu-central-1.example.com\"";
        if !is_endpoint(&self.s3_endpoint) {
            return wrong("s3_endpoint", &self.s3_endpoint, address);
        }
        if !self.s3_public_endpoint.is_empty() && !is_endpoint(&self.s3_public_endpoint) {
            return wrong("s3_public_endpoint", &self.s3_public_endpoint, address);
        }
        let plain = |text: &str, more: &str| {
            text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
        };
        let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let bucket = &self.s3_bucket;
        if !(3..=63).contains(&bucket.len())
            || !plain(bucket, "-.")
            || !bucket.starts_with(ends)
            || !bucket.ends_with(ends)
        {
            let right = "the bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens";
            return wrong("s3_bucket", bucket, right);
        }
        if self.s3_region.is_empty() || !plain(&self.s3_region, "-") {
            return wrong("s3_region", &self.s3_region, "the bucket's region, for example \"us-east-1\"");
        }
        let segment = |segment: &str| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        if !self.s3_prefix.is_empty() && !self.s3_prefix.split('/').all(segment) {
            let right = "letters, digits, dots, hyphens and underscores with slashes between, for example \"shop/books\"";
            return wrong("s3_prefix", &self.s3_prefix, right);
        }
        for (key, secret) in [
            ("S3_ACCESS_KEY_ID", &self.s3_access_key_id),
            ("S3_SECRET_ACCESS_KEY", &self.s3_secret_access_key),
        ] {
            if secret.is_empty() || !secret.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(SettingsError::sentence(format!(
                    "the setting bookplate.storage.kind = \"s3\" needs a key: give BOOKPLATE_STORAGE__{key}, or name \
                     a file with storage.s3_secrets_file"
                )));
            }
        }
        Ok(())
    }
}

/// Whether `text` is a scheme and a host, perhaps with a port, and no more.
fn is_endpoint(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.is_some_and(|host| {
        !host.is_empty() && host.starts_with(|c: char| c != ':') && host.chars().all(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::super::StorageKind;
    use super::*;

    fn bucket() -> Storage {
        Storage {
            kind: StorageKind::S3,
            s3_endpoint: "https://s3.example.com".to_owned(),
            s3_bucket: "sea-books".to_owned(),
            s3_access_key_id: Secret::new("AKIAEXAMPLE"),
            s3_secret_access_key: Secret::new("5d2f/+="),
            ..Storage::default()
        }
    }

    #[track_caller]
    fn refused(storage: &Storage, words: &str) {
        let sentence = storage.validate().unwrap_err().to_string();
        assert!(sentence.contains(words) && !sentence.contains("5d2f"), "{sentence}");
    }

    #[test]
    fn a_bucket_is_described_in_full_or_the_shop_does_not_start() {
        bucket().validate().unwrap();
        for endpoint in ["http://127.0.0.1:9000", "http://[::1]:9000", "https://s3.example.com:443"] {
            Storage { s3_endpoint: endpoint.to_owned(), ..bucket() }.validate().unwrap();
        }
        for endpoint in
            ["", "s3.example.com", "https://", "https://a/b", "ftp://a", "https://a?b", "https://u@a"]
        {
            refused(&Storage { s3_endpoint: endpoint.to_owned(), ..bucket() }, "storage.s3_endpoint");
        }
        for name in ["", "ab", "Sea", "sea_books", "-sea", "sea.", "sea/books"] {
            refused(&Storage { s3_bucket: name.to_owned(), ..bucket() }, "storage.s3_bucket");
        }
        for prefix in ["/a", "a/", "a//b", "../a", "a b", "é", ".a"] {
            refused(&Storage { s3_prefix: prefix.to_owned(), ..bucket() }, "storage.s3_prefix");
        }
        Storage { s3_prefix: "shop/books-1".to_owned(), ..bucket() }.validate().unwrap();
        refused(&Storage { s3_region: "eu west".to_owned(), ..bucket() }, "storage.s3_region");
        refused(&Storage { s3_public_endpoint: "x".to_owned(), ..bucket() }, "storage.s3_public_endpoint");
        refused(&Storage { s3_access_key_id: Secret::default(), ..bucket() }, "S3_ACCESS_KEY_ID");
        refused(&Storage { s3_secret_access_key: Secret::new(" "), ..bucket() }, "S3_SECRET_ACCESS_KEY");
    }

    #[test]
    fn a_local_store_needs_no_bucket() {
        assert_eq!(Storage { kind: StorageKind::Local, ..Storage::default() }.validate(), Ok(()));
    }
}
