//! The doctor: looks at what a shop stands on, and says in words what is well and what to do about the rest.
//!
//! A section is a function that returns its checks; [`Doctor::examine`] lists them. What can't be looked at is a check
//! that says so, and never a good one.

mod check;
mod delivery;
mod examination;
mod mails;
mod money;
mod probe;

pub use check::{Check, Mend, Outcome, Section, worst};
pub use examination::{AskedBy, Examination};

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;

use crate::checkout::Till;
use crate::config::Settings;
use crate::jobs::Task;
use crate::storage::Store;

/// How long the doctor rests between two examinations that admins ask for.
const REST: TimeDelta = TimeDelta::seconds(10);

/// Looks at a shop. Cloning is cheap.
#[derive(Clone)]
pub struct Doctor {
    till: Till,
    settings: Arc<Settings>,
    store: Store,
    /// Where the shop itself listens.
    listens: Option<SocketAddr>,
    one_at_a_time: Arc<Mutex<()>>,
}

/// The doctor has looked just now, or is looking. The sentence is shown on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The doctor was here only just now: this is what was found. Wait a few seconds to have everything looked at again."
)]
pub struct JustLooked;

impl Doctor {
    /// The doctor of this shop, which listens at `listens` itself, as far as that is known.
    #[must_use]
    pub fn new(till: Till, settings: Settings, store: Store, listens: Option<SocketAddr>) -> Self {
        Self { till, settings: Arc::new(settings), store, listens, one_at_a_time: Arc::default() }
    }

    /// Looks at everything, and keeps what was found. It takes a few seconds, with much amiss up to a minute; it does not
    /// fail.
    pub async fn examine(&self, asked_by: AskedBy) -> Examination {
        let one = self.one_at_a_time.lock().await;
        let mut sections = delivery::sections(self).await;
        sections.push(Section::new("Money", money::checks(&self.till, &self.settings).await));
        sections.push(Section::new("Mail", mails::checks(&self.till, &self.settings).await));
        let examination = Examination { at: self.till.clock.now(), asked_by, sections };
        let kept = examination.clone();
        if let Err(error) = self.till.db.write(move |conn| kept.keep(conn)).await {
            tracing::warn!(%error, "what the doctor found could not be kept");
        }
        drop(one);
        examination
    }

    /// The same for an admin who presses a button, unless the doctor was here only just now.
    ///
    /// # Errors
    /// [`JustLooked`].
    pub async fn examine_again(&self) -> Result<Examination, JustLooked> {
        if self.one_at_a_time.try_lock().is_err() {
            return Err(JustLooked);
        }
        let now = self.till.clock.now();
        match self.till.db.read(Examination::last).await {
            Ok(Some(last)) if last.at + REST > now => Err(JustLooked),
            _ => Ok(self.examine(AskedBy::Page).await),
        }
    }
}

/// The name of the task that writes a summary to the log, soon after the start and each day.
pub const TASK: &str = "doctor";

/// How long the first look waits. It asks some sixty questions, and a shop that was just started again has visitors who
/// were kept waiting, and money to hear of.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// The task. The shop is open before it begins, and stays so whatever it finds.
#[must_use]
pub fn task(doctor: Doctor) -> Task {
    Task::new(TASK, Duration::from_secs(24 * 60 * 60), move || {
        let doctor = doctor.clone();
        async move {
            log(&doctor.examine(AskedBy::Shop).await.sections);
            Ok(())
        }
    })
    .rested(FIRST_LOOK)
}

fn log(sections: &[Section]) {
    let (mut good, mut others) = (0, 0);
    for check in sections.iter().flat_map(|section| &section.checks) {
        match check.outcome {
            Outcome::Good => good += 1,
            Outcome::Warning | Outcome::Bad => {
                others += 1;
                let place = check.mend.as_ref().map_or("", |mend| mend.place.as_str());
                tracing::warn!(check = check.name, advice = %check.advice, place, "{}", check.words);
            }
        }
    }
    tracing::info!(good, others, "the doctor has looked; `bookplate doctor` says all of it");
}

/// A failed look at the shop's own data.
fn unreadable(name: &str, error: &diesel::result::Error) -> Check {
    Check::bad(name, format!("The database could not be read: {error}."), "Look at the database first.")
}
