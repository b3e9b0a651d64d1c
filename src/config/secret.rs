//! Text that never shows.

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};

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
