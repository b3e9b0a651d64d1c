//! `bookplate doctor`: how the shop is, in words.

use std::process::ExitCode;

use super::{CliError, data};
use crate::checkout::Till;
use crate::clock::Clock;
use crate::doctor::{self, Outcome};

/// Prints every check; fails when one is bad.
pub(super) fn run() -> Result<ExitCode, CliError> {
    let (_, settings) = super::settings()?;
    let (db, _) = data::open(&settings)?;
    let till = Till::new(&settings, &db, &Clock::system());
    let sections = super::runtime()?.block_on(doctor::examine(&till, &settings));
    for section in &sections {
        println!("{}", section.title);
        for check in &section.checks {
            let mark = match check.outcome {
                Outcome::Good => "good   ",
                Outcome::Warning => "warning",
                Outcome::Bad => "BAD    ",
            };
            println!("  {mark}  {}: {}", check.name, check.words);
            if !check.advice.is_empty() {
                println!("           {}", check.advice);
            }
        }
    }
    Ok(match doctor::worst(&sections) {
        Outcome::Bad => ExitCode::FAILURE,
        Outcome::Good | Outcome::Warning => ExitCode::SUCCESS,
    })
}
