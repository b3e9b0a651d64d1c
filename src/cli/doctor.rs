//! `bookplate doctor`: how the shop is, in words or as JSON.

use std::process::ExitCode;

use super::{CliError, data};
use crate::checkout::Till;
use crate::clock::Clock;
use crate::config;
use crate::doctor::{self, AskedBy, Check, Doctor, Examination, Outcome};

/// What the doctor can be told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Print JSON, for monitoring.
    #[arg(long)]
    json: bool,
}

/// Prints every check. The status is 0 when nothing is bad, 1 when something is, and 2 when the doctor could not begin.
pub(super) fn run(options: &Options) -> ExitCode {
    match examine() {
        Ok(examination) => {
            if options.json {
                println!("{}", json(&examination));
            } else {
                show(&examination);
            }
            match doctor::worst(&examination.sections) {
                Outcome::Bad => ExitCode::FAILURE,
                Outcome::Good | Outcome::Warning => ExitCode::SUCCESS,
            }
        }
        Err(error) => {
            eprintln!("bookplate: {error}");
            ExitCode::from(2)
        }
    }
}

fn examine() -> Result<Examination, CliError> {
    let (figment, settings) = super::settings()?;
    let (db, store) = data::open(&settings)?;
    let till = Till::new(&settings, &db, &Clock::system());
    let doctor = Doctor::new(till, settings, store, config::listens_at(&figment));
    Ok(super::runtime()?.block_on(doctor.examine(AskedBy::Command)))
}

fn json(examination: &Examination) -> serde_json::Value {
    serde_json::json!({
        "at": examination.at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "worst": doctor::worst(&examination.sections),
        "sections": examination.sections,
    })
}

fn show(examination: &Examination) {
    for section in &examination.sections {
        println!("{}", section.title);
        section.checks.iter().for_each(show_check);
    }
}

fn show_check(check: &Check) {
    let mark = match check.outcome {
        Outcome::Good => "good   ",
        Outcome::Warning => "warning",
        Outcome::Bad => "BAD    ",
    };
    println!("  {mark}  {}: {}", check.name, check.words);
    if !check.advice.is_empty() {
        println!("           {}", check.advice);
    }
    let Some(mend) = &check.mend else { return };
    println!("           In {}.", mend.place);
    println!("           Wrong: {}", mend.wrong);
    if !mend.right.is_empty() {
        println!("           Right:");
        mend.right.lines().for_each(|line| println!("               {line}"));
    }
}
