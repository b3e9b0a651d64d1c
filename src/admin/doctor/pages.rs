//! The page of the doctor.

use askama::Template;

use crate::doctor::{Check, Outcome, Section};
use crate::web::{Layout, filters};

/// One check.
#[derive(Debug, Clone)]
pub struct CheckRow {
    /// What.
    pub name: &'static str,
    /// `good`, `warning` or `bad`.
    pub look: &'static str,
    /// The same, for the ear.
    pub said: &'static str,
    /// A symbol.
    pub icon: &'static str,
    /// How it is.
    pub words: String,
    /// What to do; empty for nothing.
    pub advice: String,
}

impl From<&Check> for CheckRow {
    fn from(check: &Check) -> Self {
        let (look, said, icon) = match check.outcome {
            Outcome::Good => ("good", "Well", "check"),
            Outcome::Warning => ("warning", "To be looked at", "info"),
            Outcome::Bad => ("bad", "Bad", "alert"),
        };
        Self { name: check.name, look, said, icon, words: check.words.clone(), advice: check.advice.clone() }
    }
}

/// Checks that belong together.
#[derive(Debug, Clone)]
pub struct SectionRow {
    /// About what.
    pub title: &'static str,
    /// The checks.
    pub checks: Vec<CheckRow>,
}

/// `templates/admin/doctor.html`
#[derive(Debug, Template)]
#[template(path = "admin/doctor.html")]
pub struct DoctorPage {
    /// The frame.
    pub layout: Layout,
    /// What was looked at.
    pub sections: Vec<SectionRow>,
}

impl DoctorPage {
    /// The page of an examination.
    #[must_use]
    pub fn new(layout: Layout, sections: &[Section]) -> Self {
        let section = |section: &Section| SectionRow {
            title: section.title,
            checks: section.checks.iter().map(CheckRow::from).collect(),
        };
        Self { layout, sections: sections.iter().map(section).collect() }
    }
}
