//! A mistake in the settings, as one sentence.

use rocket::figment::error::{Error, Kind};

/// What is wrong with a setting, for the operator on the terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

impl SettingsError {
    /// `key` (within `[default.bookplate]`) has `value`, which should be `right`.
    #[must_use]
    pub fn new(key: &str, value: &str, right: &str) -> Self {
        Self(format!("the setting bookplate.{key} = {value:?} can't be used: it must be {right}"))
    }

    /// A sentence of its own, where the pattern of [`SettingsError::new`] says too little.
    #[must_use]
    pub fn sentence(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn from_figment(error: &Error) -> Self {
        // Figment puts the section's own name before or behind the key, depending on where the value came from.
        let path = error.path.iter().map(String::as_str).filter(|part| *part != "bookplate");
        let key = std::iter::once("bookplate").chain(path).collect::<Vec<_>>().join(".");
        let source = error.metadata.as_ref().map(|metadata| match &metadata.source {
            Some(source) => format!(" (in {source})"),
            None => format!(" (in {})", metadata.name),
        });
        let source = source.unwrap_or_default();
        Self(match &error.kind {
            Kind::UnknownField(field, known) => {
                format!("the setting {key}.{field} is unknown{source}; known here are: {}", known.join(", "))
            }
            Kind::UnknownVariant(value, known) => {
                format!(
                    "the setting {key} = {value:?} can't be used{source}: it must be one of: {}",
                    known.join(", ")
                )
            }
            Kind::InvalidType(actual, expected) => {
                format!("the setting {key} can't be used{source}: it is {actual}, and must be {expected}")
            }
            Kind::InvalidValue(actual, expected) => {
                format!("the setting {key} = {actual} can't be used{source}: it must be {expected}")
            }
            Kind::MissingField(field) => format!("the setting {key}.{field} is missing{source}"),
            other => format!("the setting {key} can't be used{source}: {other}"),
        })
    }
}
