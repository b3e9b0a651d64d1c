//! What is wrong with a form, field by field.

use std::collections::BTreeMap;

/// The sentences to show at the fields of a form; the form itself keeps what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(BTreeMap<&'static str, String>);

impl Errors {
    /// No error.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One error, at `field`.
    #[must_use]
    pub fn at(field: &'static str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::none();
        errors.add(field, sentence);
        errors
    }

    /// Adds a sentence at `field`; the first one stays.
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.entry(field).or_insert_with(|| sentence.into());
    }

    /// Whether the form is fine.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence at `field`, for templates: empty when it is fine.
    #[must_use]
    pub fn of(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// All fields with their sentences, for the summary above a form and for JSON.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, sentence)| (*field, sentence.as_str()))
    }

    /// `Ok(value)` when the form is fine.
    ///
    /// # Errors
    /// The errors themselves.
    pub fn or<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.is_empty() { Ok(value()) } else { Err(self) }
    }
}
