//! Text that never shows, and where it may come from.

use std::os::unix::fs::PermissionsExt as _;

use rocket::figment::{Figment, Source};
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};

use super::SettingsError;

/// A key or a password: it shows as stars, wherever it is printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret with this content.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The content, for whom it is meant; never for a log.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// What may be shown of it: whether it is there.
    #[must_use]
    pub fn stars(&self) -> &'static str {
        if self.is_empty() { "" } else { "***" }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.stars())
    }
}

/// Several secrets that count alike, as while one is exchanged for the next: a list, or one text with commas between.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(pub Vec<Secret>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Secrets;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a secret or a list of them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Secrets, E> {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Ok(Secrets(parts.map(Secret::new).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Secrets, A::Error> {
                let mut secrets = Vec::new();
                while let Some(secret) = list.next_element::<Secret>()? {
                    secrets.push(secret);
                }
                Ok(Secrets(secrets))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

/// Refuses secrets that stand in `Rocket.toml`: that file is copied, shown and put under version control. `given` says
/// for each key of `section` whether it has a value; `file_key` is where a file for them is named.
///
/// # Errors
/// When one does.
pub(super) fn refuse_in_file(
    figment: &Figment,
    section: &str,
    file_key: &str,
    given: &[(&str, bool)],
) -> Result<(), SettingsError> {
    for (key, is_given) in given {
        let metadata = figment.find_metadata(&format!("bookplate.{section}.{key}"));
        let source = metadata.and_then(|metadata| metadata.source.as_ref());
        if *is_given && matches!(source, Some(Source::File(_))) {
            return Err(SettingsError::sentence(format!(
                "the setting bookplate.{section}.{key} must not stand in Rocket.toml, which others read: give it as \
                 BOOKPLATE_{}__{} in the environment, or in the file that {section}.{file_key} names",
                section.to_ascii_uppercase(),
                key.to_ascii_uppercase()
            )));
        }
    }
    Ok(())
}

/// The content of the secrets file that the setting `key` names, which must be TOML with what `holds` says and readable
/// by its owner alone; none when none is named.
///
/// # Errors
/// When it can't be read, is no such file, or others can read it.
pub(super) fn read_file<T: DeserializeOwned>(
    key: &str,
    file: &str,
    holds: &str,
) -> Result<Option<T>, SettingsError> {
    if file.is_empty() {
        return Ok(None);
    }
    let wrong = |what: String| SettingsError::sentence(format!("the file bookplate.{key} = {file:?} {what}"));
    let facts = std::fs::metadata(file).map_err(|cause| wrong(format!("can't be read: {cause}")))?;
    let mode = facts.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(wrong(format!(
            "can be read by others (its mode is {mode:o}): let its owner alone read it, with chmod 600"
        )));
    }
    let text = std::fs::read_to_string(file).map_err(|cause| wrong(format!("can't be read: {cause}")))?;
    // Not the parser's own words: they repeat the line, which is a secret.
    let read = toml::from_str(&text);
    read.map(Some).map_err(|_| wrong(format!("can't be used: it must hold {holds}, no more")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_one_or_many_and_never_show() {
        #[derive(Debug, Deserialize)]
        struct Section {
            secrets: Secrets,
        }
        for text in ["secrets = \"one,two\"", "secrets = [\"one\", \"two\"]"] {
            let section: Section = toml::from_str(text).unwrap();
            assert_eq!(section.secrets.0, [Secret::new("one"), Secret::new("two")]);
            assert!(!format!("{section:?} {:?}", section.secrets.0).contains("one"));
        }
    }
}
