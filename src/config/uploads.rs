//! `[default.bookplate.uploads]`: which files publishers may bring, and how large.

use serde::Deserialize;

use super::SettingsError;

/// Which files publishers may bring, and how large.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Uploads {
    /// The largest file, in MiB (1,048,576 bytes).
    pub max_mib: u64,
    /// How much one publisher's titles may hold in all, in GiB (1,073,741,824 bytes); 0 is no limit.
    pub account_gib: u64,
    /// How much all titles may hold together, in GiB; 0 is no limit.
    pub shop_gib: u64,
    /// How many hours an unfinished upload waits for its next byte.
    pub keep_hours: u32,
    /// How many seconds a request may send nothing, or next to nothing, before it is cut off.
    pub stall_seconds: u32,
    /// Which endings of file names are taken, in lower case.
    pub formats: Vec<String>,
}

impl Default for Uploads {
    fn default() -> Self {
        let formats = ["epub", "pdf", "cbz", "mobi", "azw3", "fb2", "djvu", "txt", "zip", "mp3", "m4b"];
        Self {
            max_mib: 4096,
            account_gib: 50,
            shop_gib: 0,
            keep_hours: 168,
            stall_seconds: 60,
            formats: formats.map(str::to_owned).to_vec(),
        }
    }
}

impl Uploads {
    /// The largest file in bytes.
    #[must_use]
    pub const fn max_bytes(&self) -> u64 {
        self.max_mib.saturating_mul(1 << 20)
    }

    /// The largest body of a request in bytes: a form has a little around its files.
    #[must_use]
    pub const fn max_body(&self) -> u64 {
        self.max_bytes().saturating_add(1 << 20)
    }

    /// How much one publisher's titles may hold, in bytes; nothing for no limit.
    #[must_use]
    pub fn account_bytes(&self) -> Option<u64> {
        Some(self.account_gib).filter(|gib| *gib > 0).map(|gib| gib.saturating_mul(1 << 30))
    }

    /// How much all titles may hold, in bytes; nothing for no limit.
    #[must_use]
    pub fn shop_bytes(&self) -> Option<u64> {
        Some(self.shop_gib).filter(|gib| *gib > 0).map(|gib| gib.saturating_mul(1 << 30))
    }

    /// # Errors
    /// When nothing could be uploaded, or a key's value makes no sense.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let number = |key: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            let right = format!("from {least} to {most}");
            Err(SettingsError::new(&format!("uploads.{key}"), &value.to_string(), &right))
        };
        number("max_mib", self.max_mib, 1, 1 << 20)?;
        number("account_gib", self.account_gib, 0, 1 << 20)?;
        number("shop_gib", self.shop_gib, 0, 1 << 20)?;
        number("keep_hours", self.keep_hours.into(), 1, 24 * 365)?;
        number("stall_seconds", self.stall_seconds.into(), 1, 3600)?;
        let plain = |ending: &String| {
            (1..=12).contains(&ending.len())
                && ending.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if self.formats.is_empty() || !self.formats.iter().all(plain) {
            let value = self.formats.join(", ");
            let right = "endings of file names in lower case, for example [\"epub\", \"pdf\"]";
            return Err(SettingsError::new("uploads.formats", &value, right));
        }
        Ok(())
    }
}
