//! Clearing away what has run out.

use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;

use super::email_token::EmailToken;
use super::{Account, Limits, Session};
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::Task;
use crate::mail::outbox::Mail;

/// The task's name.
pub const TASK: &str = "sweep";

/// The task that removes sessions and links that have run out, accounts that nobody proved, mails sent long ago, and limits that have refilled.
#[must_use]
pub fn task(db: Db, clock: Clock, limits: Arc<Limits>) -> Task {
    Task::new(TASK, Duration::from_secs(3600), move || {
        let (db, now) = (db.clone(), clock.now());
        limits.sweep();
        async move {
            let swept = db.write(move |conn| {
                QueryResult::Ok((
                    Session::sweep(conn, now)?,
                    EmailToken::sweep(conn, now)?,
                    Account::sweep_unproved(conn, now)?,
                    Mail::sweep(conn, now)?,
                ))
            });
            let (sessions, links, accounts, mails) = swept.await?;
            tracing::debug!(sessions, links, accounts, mails, "what has run out was removed");
            Ok(())
        }
    })
}
