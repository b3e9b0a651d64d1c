//! What goes on beside the requests: reading the web server's log, and forgetting devices.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;

use super::delivered::Delivered;
use super::{Ledger, ingest};
use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::jobs::Task;

/// Reads what the web server's log says of new, and forgets which device had what after a day.
#[must_use]
pub fn task(db: Db, ledger: Ledger, clock: Clock, settings: &Settings) -> Task {
    let (log, window) = (PathBuf::from(&settings.delivery.log), settings.delivery.limits.window());
    Task::new(ingest::TASK, Duration::from_secs(5), move || {
        let (db, ledger, clock, log) = (db.clone(), ledger.clone(), clock.clone(), log.clone());
        async move {
            let work = move || -> Result<(), ingest::IngestError> {
                let now = clock.now();
                db.write_blocking(move |conn| Delivered::forget_devices(conn, now - TimeDelta::days(1)))?;
                if log.as_os_str().is_empty() {
                    return Ok(());
                }
                // The rows that the log speaks of come first.
                ledger.flush(Duration::from_secs(5));
                let report = ingest::run(&db, &log, window, now)?;
                if report.unknown + report.unreadable > 0 {
                    let (unknown, unreadable) = (report.unknown, report.unreadable);
                    tracing::warn!(
                        unknown,
                        unreadable,
                        "the web server's log speaks of downloads that the ledger lacks"
                    );
                }
                Ok(())
            };
            tokio::task::spawn_blocking(work).await??;
            Ok(())
        }
    })
}
