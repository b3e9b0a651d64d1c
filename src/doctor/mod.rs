//! The doctor: looks at what a shop stands on, and says in words what is well and what to do about the rest.
//!
//! A section is a function that returns its checks; [`examine`] lists them.

mod mails;
mod money;

use std::time::Duration;

use crate::checkout::Till;
use crate::config::Settings;
use crate::jobs::Task;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Well.
    Good,
    /// It works, and somebody should look.
    Warning,
    /// It does not do what a shop must.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone)]
pub struct Check {
    /// What.
    pub name: &'static str,
    /// How it is.
    pub outcome: Outcome,
    /// In a sentence.
    pub words: String,
    /// What to do; empty for nothing.
    pub advice: String,
}

impl Check {
    fn good(name: &'static str, words: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Good, words: words.into(), advice: String::new() }
    }

    fn warning(name: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Warning, words: words.into(), advice: advice.into() }
    }

    fn bad(name: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name, outcome: Outcome::Bad, words: words.into(), advice: advice.into() }
    }
}

/// Checks that belong together.
#[derive(Debug, Clone)]
pub struct Section {
    /// About what.
    pub title: &'static str,
    /// The checks.
    pub checks: Vec<Check>,
}

/// Looks at everything. What can't be looked at is a check that says so: this does not fail.
pub async fn examine(till: &Till, settings: &Settings) -> Vec<Section> {
    vec![
        Section { title: "Money", checks: money::checks(till, settings).await },
        Section { title: "Mail", checks: mails::checks(till, settings).await },
    ]
}

/// The worst of all checks.
#[must_use]
pub fn worst(sections: &[Section]) -> Outcome {
    let all = sections.iter().flat_map(|section| &section.checks);
    all.map(|check| check.outcome).max().unwrap_or(Outcome::Good)
}

/// The name of the task that writes a summary to the log, at the start and each day.
pub const TASK: &str = "doctor";

/// The task.
#[must_use]
pub fn task(till: Till, settings: Settings) -> Task {
    Task::new(TASK, Duration::from_secs(24 * 60 * 60), move || {
        let (till, settings) = (till.clone(), settings.clone());
        async move {
            log(&examine(&till, &settings).await);
            Ok(())
        }
    })
}

fn log(sections: &[Section]) {
    let (mut good, mut others) = (0, 0);
    for check in sections.iter().flat_map(|section| &section.checks) {
        match check.outcome {
            Outcome::Good => good += 1,
            Outcome::Warning | Outcome::Bad => {
                others += 1;
                tracing::warn!(check = check.name, advice = %check.advice, "{}", check.words);
            }
        }
    }
    tracing::info!(good, others, "the doctor has looked; `bookplate doctor` says all of it");
}

/// A failed look at the shop's own data.
fn unreadable(name: &'static str, error: &diesel::result::Error) -> Check {
    Check::bad(name, format!("The database could not be read: {error}."), "Look at the database first.")
}
