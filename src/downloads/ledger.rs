//! Writing the ledger without holding up a download.

use std::time::Duration;

use diesel::result::Error as DieselError;
use tokio::sync::{mpsc, oneshot};

use super::Entry;
use crate::db::Db;

/// How long a download waits for its row. Then it goes on without: a customer's book is worth more than our books.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many rows may wait to be written; more than that, and the database isn't answering.
const QUEUE: usize = 4096;
/// How many rows go into one transaction: what has come in while the one before was being written.
const BATCH: usize = 256;

/// The ledger's writer. Cloning is cheap; it ends with its last clone, after the rows that it has.
///
/// A row is in the database before the first byte leaves. Rows that come at the same time share a transaction, because
/// each of those waits for the disk.
#[derive(Debug, Clone)]
pub struct Ledger {
    entries: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    /// Answered when the row is written, or given up.
    done: oneshot::Sender<()>,
}

impl Ledger {
    /// Starts the writer, on the async runtime that this is called in.
    #[must_use]
    pub fn start(db: Db) -> Self {
        let (entries, mut queue) = mpsc::channel::<Waiting>(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while queue.recv_many(&mut batch, BATCH).await > 0 {
                let (rows, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.entry, w.done)).unzip();
                write(&db, rows).await;
                for done in waiting {
                    // A download that has lost its patience doesn't listen any more.
                    let _ = done.send(());
                }
            }
        });
        Self { entries }
    }

    /// Records one answer. A row that can't be written is logged and stops nothing.
    pub async fn record(&self, entry: Entry) {
        let (done, written) = oneshot::channel();
        let waiting = Waiting { entry: entry.clone(), done };
        let recorded = async { self.entries.send(waiting).await.is_ok() && written.await.is_ok() };
        match tokio::time::timeout(PATIENCE, recorded).await {
            Ok(true) => {}
            Ok(false) => lost(&entry, "the ledger has ended"),
            Err(_) => lost(&entry, "the database takes too long; the row may still come"),
        }
    }
}

/// Writes `rows` in one transaction; one that can't be written doesn't take the others with it.
async fn write(db: &Db, rows: Vec<Entry>) {
    let all = rows.clone();
    let together = db.write(move |conn| all.iter().try_for_each(|row| row.insert(conn))).await;
    let Err(error): Result<(), DieselError> = together else { return };
    if let [only] = rows.as_slice() {
        return lost(only, &error.to_string());
    }
    for row in rows {
        let alone = row.clone();
        let written: Result<(), DieselError> = db.write(move |conn| alone.insert(conn)).await;
        if let Err(error) = written {
            lost(&row, &error.to_string());
        }
    }
}

/// The row goes to the log instead; it holds ids, and neither addresses nor tokens.
fn lost(entry: &Entry, problem: &str) {
    tracing::error!(problem, row = ?entry, "a download isn't in the ledger");
}
