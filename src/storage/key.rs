//! The opaque names of bytes in the store.

use crate::ids::hex;
use std::fmt;
use std::str::FromStr;

/// The name of a file in the store, such as `3f/a9/3fa9….epub`: opaque ASCII that we chose, never a customer's or a
/// publisher's text.
///
/// A key is one or more segments of `[A-Za-z0-9._-]`, joined by `/`. No segment starts with a dot, which excludes `.`,
/// `..` and the store's own folder for files that are coming in. Such a name means the same to every web server,
/// whether it decodes percent signs or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StorageKey(String);

/// The longest key that is taken, in bytes; ours have about 80.
const MAX_LEN: usize = 255;
/// The longest file name extension that a key keeps, in bytes.
const MAX_EXTENSION: usize = 12;

impl StorageKey {
    /// The key for content with this SHA-256, with `extension` (without its dot) at its end.
    ///
    /// The extension is only there for people who look into the store, and for a web server that chooses the media
    /// type by it: what isn't an ASCII letter or digit is left out of it, and an empty one becomes `bin`.
    pub fn for_content(sha256: &[u8; 32], extension: &str) -> StorageKey {
        let hex = hex(sha256);
        let (first, rest) = hex.split_at(2);
        let (second, _) = rest.split_at(2);
        let extension: String = extension
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(MAX_EXTENSION)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let extension = if extension.is_empty() { "bin" } else { &extension };
        StorageKey(format!("{first}/{second}/{hex}.{extension}"))
    }

    /// The SHA-256 that a key made by [`StorageKey::for_content`] tells.
    #[must_use]
    pub fn content(&self) -> Option<[u8; 32]> {
        let digits = self.0.rsplit('/').next()?.split('.').next()?.as_bytes();
        let mut sha256 = [0; 32];
        if digits.len() != 2 * sha256.len() {
            return None;
        }
        for (byte, pair) in sha256.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(sha256)
    }

    /// Whether [`StorageKey::for_content`] makes such keys: all files that came into a store have one.
    pub(super) fn is_of_content(&self) -> bool {
        let extension = self.0.rsplit_once('.').map_or("", |(_, extension)| extension);
        self.content().is_some_and(|sha256| StorageKey::for_content(&sha256, extension) == *self)
    }

    /// The key as text, as it is kept in the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that isn't a storage key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{}” isn't a storage key.", .0.escape_debug())]
pub struct InvalidKey(String);

impl FromStr for StorageKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<StorageKey, InvalidKey> {
        let segment = |segment: &str| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        if text.len() <= MAX_LEN && text.split('/').all(segment) {
            Ok(StorageKey(text.to_owned()))
        } else {
            Err(InvalidKey(text.to_owned()))
        }
    }
}

impl fmt::Display for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_content_is_spread_over_folders_and_parses() {
        let key = StorageKey::for_content(&[0xab; 32], "epub");
        assert_eq!(key.as_str(), format!("ab/ab/{}.epub", "ab".repeat(32)));
        assert_eq!(key.content(), Some([0xab; 32]));
        assert_eq!("a.pdf".parse::<StorageKey>().unwrap().content(), None);
        assert_eq!(key.as_str().parse(), Ok(key));
    }

    #[test]
    fn only_a_key_in_its_folders_is_taken_for_one_of_content() {
        let hex = "ab".repeat(32);
        assert!(StorageKey::for_content(&[0xab; 32], "").is_of_content());
        for other in ["a.pdf", &format!("{hex}.pdf"), &format!("ab/cd/{hex}.pdf"), &format!("ab/ab/{hex}")] {
            assert!(!other.parse::<StorageKey>().unwrap().is_of_content(), "{other}");
        }
        let upper = format!("AB/AB/{}.pdf", hex.to_uppercase());
        assert!(!upper.parse::<StorageKey>().unwrap().is_of_content(), "{upper}");
    }

    #[test]
    fn an_extension_is_only_ever_plain_letters_and_digits() {
        for (given, kept) in [("PDF", "pdf"), ("tar.gz", "targz"), ("", "bin"), ("../x", "x"), ("é\n", "bin")]
        {
            let key = StorageKey::for_content(&[0; 32], given);
            assert!(key.as_str().ends_with(&format!("00.{kept}")), "{given:?} gave {key}");
            assert!(key.as_str().parse::<StorageKey>().is_ok());
        }
    }

    #[test]
    fn what_could_leave_the_store_is_no_key() {
        let long = "a".repeat(256);
        for text in [
            "",
            "/",
            "/etc/passwd",
            "a//b",
            "a/",
            "../a",
            "a/../b",
            "a/./b",
            ".",
            "..",
            ".incoming/1",
            "a b",
            "a%2fb",
            "a\\b",
            "a\0b",
            "a\nb",
            "é",
            "a?b",
            "a#b",
            &long,
        ] {
            assert!(text.parse::<StorageKey>().is_err(), "{text:?}");
        }
        for text in ["a", "a.pdf", "ab/cd/ef-1_2.epub", "a..b"] {
            assert!(text.parse::<StorageKey>().is_ok(), "{text:?}");
        }
    }
}
