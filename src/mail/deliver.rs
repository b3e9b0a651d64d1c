//! Sending what the outbox holds.

use std::time::Duration;

use diesel::QueryResult;

use super::Mailer;
use super::outbox::{Mail, Outcome};
use crate::clock::Clock;
use crate::db::Db;
use crate::jobs::{Task, TaskResult};

/// The task's name; [`crate::jobs::Jobs::wake`] it after a transaction that wrote a mail.
pub const TASK: &str = "mail";

/// How many mails are claimed at once.
const BATCH: i64 = 10;

/// The task that sends what is due. Several processes may run it at once: each mail is claimed by one.
#[must_use]
pub fn task(db: Db, clock: Clock, mailer: Mailer) -> Task {
    Task::new(TASK, Duration::from_secs(5), move || {
        let (db, clock, mailer) = (db.clone(), clock.clone(), mailer.clone());
        async move { deliver_due(&db, &clock, &mailer).await }
    })
}

async fn deliver_due(db: &Db, clock: &Clock, mailer: &Mailer) -> TaskResult {
    loop {
        let now = clock.now();
        // Most times nothing is due: that is found out without asking for the writer.
        if !db.read(move |conn| Mail::is_any_due(conn, now)).await? {
            return Ok(());
        }
        let claimed = db.write(move |conn| Mail::claim(conn, BATCH, now)).await?;
        if claimed.is_empty() {
            return Ok(());
        }
        for mail in claimed {
            deliver(db, clock, mailer, mail).await?;
        }
    }
}

async fn deliver(db: &Db, clock: &Clock, mailer: &Mailer, mail: Mail) -> QueryResult<()> {
    let sent = mailer.send(&mail).await;
    let (id, attempts, now) = (mail.id, mail.attempts, clock.now());
    let Err(error) = sent else {
        tracing::info!(mail = id.0, attempts, "a mail was sent");
        return db.write(move |conn| Mail::sent(conn, id, now)).await;
    };
    let (whole, again) = (error.whole.clone(), error.again);
    let outcome = db.write(move |conn| Mail::not_sent(conn, id, attempts, &whole, again, now)).await?;
    match outcome {
        Outcome::Again(at) => {
            tracing::warn!(mail = id.0, attempts, %error, again_at = %at, "a mail could not be sent yet");
        }
        Outcome::GivenUp => tracing::error!(
            mail = id.0,
            attempts,
            %error,
            "a mail was given up: look at its row in the table mails, and tell its recipient in another way"
        ),
    }
    Ok(())
}
