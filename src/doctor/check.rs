//! What the doctor says: sections of checks, which keep as JSON.

use serde::{Deserialize, Serialize};

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Well.
    Good,
    /// It works, and somebody should look.
    Warning,
    /// It does not do what a shop must, or could not be looked at.
    Bad,
}

/// A line of a configuration, and what it should say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    /// Which file, and where in it.
    pub place: String,
    /// What is wrong there, as it is written or missing.
    pub wrong: String,
    /// The lines that are right, to be copied.
    pub right: String,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What.
    pub name: String,
    /// How it is.
    pub outcome: Outcome,
    /// In a sentence.
    pub words: String,
    /// What to do; empty for nothing.
    pub advice: String,
    /// The configuration that mends it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mend: Option<Mend>,
}

impl Check {
    pub(super) fn good(name: &str, words: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            outcome: Outcome::Good,
            words: words.into(),
            advice: String::new(),
            mend: None,
        }
    }

    pub(super) fn warning(name: &str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { outcome: Outcome::Warning, advice: advice.into(), ..Self::good(name, words) }
    }

    pub(super) fn bad(name: &str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { outcome: Outcome::Bad, ..Self::warning(name, words, advice) }
    }

    /// The same with the lines that mend it.
    pub(super) fn mended_by(self, mend: Mend) -> Self {
        Self { mend: Some(mend), ..self }
    }
}

/// Checks that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// About what.
    pub title: String,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Section {
    pub(super) fn new(title: &str, checks: Vec<Check>) -> Self {
        Self { title: title.to_owned(), checks }
    }
}

/// The worst of all checks.
#[must_use]
pub fn worst(sections: &[Section]) -> Outcome {
    let all = sections.iter().flat_map(|section| &section.checks);
    all.map(|check| check.outcome).max().unwrap_or(Outcome::Good)
}
