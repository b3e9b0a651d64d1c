//! What goes on beside the requests: titles that come out at their time, and mails to their buyers.

use std::time::Duration;

use diesel::prelude::*;

use super::release::{ReleaseError, release};
use super::{Plan, letters, news};
use crate::catalog::{Book, BookId, PublishError};
use crate::checkout::Till;
use crate::jobs::{Task, TaskResult};

/// The task's name.
pub const TASK: &str = "publishing";

/// How many titles come out at one look; the rest comes with the next.
const AT_ONCE: i64 = 50;

/// The task that puts out what is planned, and tells buyers.
#[must_use]
pub fn task(till: &Till) -> Task {
    let till = till.clone();
    Task::new(TASK, Duration::from_secs(15), move || {
        let till = till.clone();
        async move { run(&till).await }
    })
}

async fn run(till: &Till) -> TaskResult {
    let now = till.clock.now();
    for book in till.db.read(move |conn| Plan::due(conn, AT_ONCE, now)).await? {
        if let Err(error) = come_out(till, book).await {
            // One that can't come out shall not hold up the others.
            tracing::error!(%error, book = book.0, "a planned title could not come out; it is tried again");
        }
    }
    news::run(till).await
}

/// Puts out a title whose time has come, unless its plan was changed in between.
async fn come_out(till: &Till, book: BookId) -> QueryResult<()> {
    let now = till.clock.now();
    let released = till
        .db
        .write(move |conn| {
            let Some(plan) = Plan::of(conn, book)? else { return Ok(()) };
            if plan.publish_at > now || !plan.approved || !plan.problem.is_empty() {
                return Ok(());
            }
            release(conn, book, plan.tell_buyers, now).map(drop)
        })
        .await;
    let problem = match released {
        Ok(()) => return Ok(()),
        Err(ReleaseError::Publish(PublishError::Database(error))) => return Err(error),
        Err(error) => error.to_string(),
    };
    let sender = till.sender();
    till.db
        .write(move |conn| {
            let (Some(plan), Some(book)) = (Plan::of(conn, book)?, Book::find(conn, book)?) else {
                return Ok(());
            };
            Plan::fail(conn, book.id, &problem)?;
            letters::plan_failed(conn, &sender, &book, plan.publish_at, &problem, now)
        })
        .await
}
