//! `bookplate ingest-log`: reads what the web server says of the files that it sent.

use std::path::PathBuf;

use super::{CliError, data};
use crate::clock::Clock;
use crate::downloads::ingest;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The log; by default the one of the settings, `delivery.log`.
    path: Option<PathBuf>,
}

/// Prints what it found.
pub(super) fn run(options: &Options) -> Result<(), CliError> {
    let (_, settings) = super::settings()?;
    let path = options.path.clone().unwrap_or_else(|| PathBuf::from(&settings.delivery.log));
    if path.as_os_str().is_empty() {
        return Err(CliError(
            "there is no log to read: set delivery.log in Rocket.toml, or name it here".to_owned(),
        ));
    }
    let (db, _) = data::open(&settings)?;
    let report = ingest::run(&db, &path, settings.delivery.limits.window(), Clock::system().now())
        .map_err(CliError::new)?;
    let ingest::Report { noted, before, unknown, unreadable } = report;
    println!(
        "{noted} ends of downloads noted; {before} were known; {unknown} are of no download in the ledger."
    );
    if unreadable > 0 {
        println!("{unreadable} lines could not be read.");
    }
    Ok(())
}
