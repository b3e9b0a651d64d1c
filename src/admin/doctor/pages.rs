//! The page of the doctor.

use askama::Template;

use crate::doctor::{AskedBy, Check, Examination, Mend, Outcome, Section};
use crate::web::{Layout, filters, show};

/// One check.
#[derive(Debug, Clone)]
pub struct CheckRow {
    /// What.
    pub name: String,
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
    /// The lines that mend it.
    pub mend: Option<Mend>,
}

impl From<&Check> for CheckRow {
    fn from(check: &Check) -> Self {
        let (look, said, icon) = match check.outcome {
            Outcome::Good => ("good", "Well", "check"),
            Outcome::Warning => ("warning", "To be looked at", "info"),
            Outcome::Bad => ("bad", "Bad", "alert"),
        };
        Self {
            name: check.name.clone(),
            look,
            said,
            icon,
            words: check.words.clone(),
            advice: check.advice.clone(),
            mend: check.mend.clone(),
        }
    }
}

/// Checks that belong together: what is not well first.
#[derive(Debug, Clone)]
pub struct SectionRow {
    /// About what.
    pub title: String,
    /// How it is on the whole, in a few words.
    pub summary: String,
    /// `good`, `warning` or `bad`.
    pub look: &'static str,
    /// What somebody should look at, the worst first.
    pub troubles: Vec<CheckRow>,
    /// What is well.
    pub well: Vec<CheckRow>,
}

impl From<&Section> for SectionRow {
    fn from(section: &Section) -> Self {
        let (mut troubles, well): (Vec<&Check>, Vec<&Check>) =
            section.checks.iter().partition(|check| check.outcome != Outcome::Good);
        troubles.sort_by_key(|check| std::cmp::Reverse(check.outcome));
        let look = troubles.first().map_or("good", |worst| CheckRow::from(*worst).look);
        let summary = match troubles.len() {
            0 => "All well".to_owned(),
            count => format!("{count} to look at"),
        };
        let rows = |checks: &[&Check]| checks.iter().map(|check| CheckRow::from(*check)).collect();
        Self { title: section.title.clone(), summary, look, troubles: rows(&troubles), well: rows(&well) }
    }
}

/// `templates/admin/doctor.html`
#[derive(Debug, Template)]
#[template(path = "admin/doctor.html")]
pub struct DoctorPage {
    /// The frame.
    pub layout: Layout,
    /// When it was looked, and for whom, in words; empty for never.
    pub looked: String,
    /// On the whole: `good`, `warning` or `bad`.
    pub look: &'static str,
    /// The same in a sentence.
    pub verdict: String,
    /// What was looked at.
    pub sections: Vec<SectionRow>,
}

impl DoctorPage {
    /// The page of the last examination.
    #[must_use]
    pub fn new(layout: Layout, last: Option<&Examination>) -> Self {
        let Some(last) = last else {
            let (looked, verdict) = (String::new(), "Nobody has looked yet.".to_owned());
            return Self { layout, looked, look: "warning", verdict, sections: Vec::new() };
        };
        let whom = match last.asked_by {
            AskedBy::Shop => "by the shop itself",
            AskedBy::Page => "from this page",
            AskedBy::Command => "by the command",
        };
        let checks = || last.sections.iter().flat_map(|section| &section.checks);
        let count = |outcome: Outcome| checks().filter(|check| check.outcome == outcome).count();
        let (bad, warnings) = (count(Outcome::Bad), count(Outcome::Warning));
        let (look, verdict) = match (bad, warnings) {
            (0, 0) => ("good", "The shop is well in every respect that was looked at.".to_owned()),
            (0, 1) => ("warning", "The shop works. One thing should be looked at.".to_owned()),
            (0, warnings) => ("warning", format!("The shop works. {warnings} things should be looked at.")),
            (1, _) => ("bad", "One thing does not do what a shop must.".to_owned()),
            (bad, _) => ("bad", format!("{bad} things do not do what a shop must.")),
        };
        Self {
            layout,
            looked: format!("{}, {whom}", show::moment(last.at)),
            look,
            verdict,
            sections: last.sections.iter().map(SectionRow::from).collect(),
        }
    }
}
