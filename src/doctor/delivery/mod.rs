//! How files leave: the doctor puts canaries into the store and asks for them through the public address.
//!
//! The checks come in the order in which a mistake hides the next: who answers at the public address, whether a file
//! comes whole, whether anything leaks, whether uploads get in.

mod address;
mod bucket;
mod bytes;
mod canary;
mod diagnosis;
mod front;
mod large;
mod leaks;
mod mends;
mod uploads;
mod visitor;

use std::time::Duration;

use tokio::time::timeout;

use super::probe::{Probe, ProbeError, Question, Reply};
use super::{Check, Doctor, Section, unreadable};
use crate::config::Settings;
use crate::downloads::canary::{HEADER, PATH, Seen};
use canary::Released;
use front::Front;
use mends::Mends;

/// How long one group of checks may take.
const PATIENCE: Duration = Duration::from_secs(30);

const ADDRESS: &str = "Public address";
const FILES: &str = "Files";
const PROTECTION: &str = "Protection";
const UPLOADS: &str = "Uploads";

/// What the checks work with, once the shop has answered at its public address.
struct Scene<'d> {
    doctor: &'d Doctor,
    settings: &'d Settings,
    probe: Probe,
    released: &'d Released,
    /// Who answers.
    front: Front,
    /// What came through of the first question.
    seen: Seen,
    /// The answer to it.
    first: Reply,
    mends: Mends,
}

impl Scene<'_> {
    /// A question with the right to the canaries.
    fn question<'q>(&self, target: &'q str) -> Question<'q> {
        Question::get(target).with(HEADER, self.released.token.secret())
    }

    /// Asks for a canary's file.
    async fn fetch(&self, name: &str) -> Result<Reply, ProbeError> {
        self.probe.ask(self.question(&format!("{PATH}/{name}"))).await
    }
}

/// All sections about the delivery.
pub(super) async fn sections(doctor: &Doctor) -> Vec<Section> {
    let released = match canary::release(doctor).await {
        Ok(released) => released,
        Err(words) => {
            let bad = Check::bad(
                "Canary",
                words,
                "Look at the store and the database first: nothing else was looked at.",
            );
            return vec![Section::new(FILES, vec![bad])];
        }
    };
    let sections = look(doctor, &released).await;
    canary::remove(doctor, &released).await;
    sections
}

async fn look(doctor: &Doctor, released: &Released) -> Vec<Section> {
    let reached = in_time(address::reach(doctor, released)).await;
    let (mut checks, scene) = match reached {
        Some(Ok((checks, scene))) => (checks, scene),
        Some(Err(checks)) => return not_reached(checks),
        None => return not_reached(vec![too_late("Reach")]),
    };
    checks.extend(group("Visitors", visitor::checks(&scene)).await);
    let (files, comes) = match in_time(bytes::checks(&scene)).await {
        Some(found) => found,
        None => (vec![too_late("A book")], false),
    };
    let mut files = files;
    if comes {
        files.extend(group("A large book", large::checks(&scene)).await);
    }
    let protection = group("Leaks", leaks::checks(&scene)).await;
    let uploads = group("Uploads", uploads::checks(&scene)).await;
    vec![
        Section::new(ADDRESS, checks),
        Section::new(FILES, files),
        Section::new(PROTECTION, protection),
        Section::new(UPLOADS, uploads),
    ]
}

/// Nothing but the address was looked at, and the other sections say so.
fn not_reached(checks: Vec<Check>) -> Vec<Section> {
    let unseen = |title: &str| {
        let words = "Not looked at, since the shop was not reached at its public address.";
        Section::new(title, vec![Check::bad(title, words, "Mend the public address first.")])
    };
    vec![Section::new(ADDRESS, checks), unseen(FILES), unseen(PROTECTION), unseen(UPLOADS)]
}

async fn in_time<T>(checks: impl Future<Output = T>) -> Option<T> {
    timeout(PATIENCE, checks).await.ok()
}

async fn group(name: &str, checks: impl Future<Output = Vec<Check>>) -> Vec<Check> {
    in_time(checks).await.unwrap_or_else(|| vec![too_late(name)])
}

fn too_late(name: &str) -> Check {
    Check::bad(
        name,
        format!("It could not be looked at within {} seconds.", PATIENCE.as_secs()),
        "Something on the way answers very slowly, or not at all.",
    )
}

/// A question that got no answer.
fn unanswered(name: &str, error: &ProbeError) -> Check {
    Check::bad(name, format!("It could not be looked at: {error}."), "The web server’s log may say why.")
}
