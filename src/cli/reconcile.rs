//! `bookplate reconcile`: asks the gateway for all that was missed, and compares its book with the shop's.

use std::process::ExitCode;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{CliError, data};
use crate::checkout::{Till, audit, reconcile, undelivered};
use crate::clock::Clock;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Compare from this day on (YYYY-MM-DD); by default the last 35 days.
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Only compare: ask for nothing that was missed, put nothing right, note nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Prints what it found: exit status 0 when all agrees, 1 when differences are left, 2 when it could not be done.
pub(super) fn run(options: &Options) -> Result<ExitCode, CliError> {
    let (_, settings) = super::settings()?;
    let (db, _) = data::open(&settings)?;
    let till = Till::new(&settings, &db, &Clock::system());
    match super::runtime()?.block_on(all(&till, options)) {
        Ok(0) => Ok(ExitCode::SUCCESS),
        Ok(_) => Ok(ExitCode::FAILURE),
        Err(error) => {
            eprintln!("bookplate: the books could not be compared: {error}");
            Ok(ExitCode::from(2))
        }
    }
}

/// Does it, and says how many differences are left.
async fn all(till: &Till, options: &Options) -> Result<usize, crate::jobs::TaskError> {
    if !options.dry_run {
        let news = undelivered::run(till).await?;
        println!("Events that were not delivered: {news} fetched.");
        reconcile::run(till, TimeDelta::zero()).await?;
        println!("Everything that is open was asked for.");
    }
    let since = match options.since {
        Some(day) => day.and_time(NaiveTime::MIN),
        None => till.clock.now() - audit::WINDOW,
    };
    let report = audit::run(till, since, options.dry_run).await?;
    println!(
        "Compared since {}: {} checkouts of the gateway, {} orders of the shop.",
        since.format("%Y-%m-%d"),
        report.checkouts,
        report.orders
    );
    for healed in &report.healed {
        println!("put right: {healed}");
    }
    if report.closed > 0 {
        println!("Findings that are no longer so: {}.", report.closed);
    }
    for one in &report.differences {
        println!("difference: {} ({})", one.words(), one.kind);
    }
    match report.differences.len() {
        0 => println!("All agrees."),
        count if options.dry_run => println!("{count} differences."),
        count => println!("{count} differences are left; the back office lists them with what can be done."),
    }
    Ok(report.differences.len())
}
