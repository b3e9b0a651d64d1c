//! Writing the ledger without holding up a download.

use std::collections::HashMap;
use std::sync::mpsc as blocking;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use tokio::sync::mpsc;

use super::{Ended, Entry};
use crate::db::Db;

/// How long a download waits for a place in a full queue. Then it goes on without: a customer's book is worth more than
/// our books.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many rows may wait to be written; more than that, and the database isn't answering.
const QUEUE: usize = 8192;
/// How many rows go into one transaction at most.
const BATCH: usize = 1024;
/// When they come as fast as this many to a transaction, the next one waits a little for its own; but not when more are
/// waiting already than go into one, or the queue would fill up and hold up downloads.
const BUSY: usize = 8;
/// How long: many a download is over by then, and its row is written once, with its end.
const LINGER: Duration = Duration::from_millis(100);
/// How often a database that doesn't answer is asked again, with longer and longer pauses: 25 seconds in all.
const TRIES: u32 = 10;
/// The first pause, and by how much each one is longer.
const PAUSE: Duration = Duration::from_millis(500);

/// The ledger's writer. Cloning is cheap; its thread ends with its last clone, after the rows that it has.
///
/// A row is written right after its answer, not before: nobody waits for the disk. Rows that come close together share
/// a transaction. What waits in memory is written when the shop closes ([`Ledger::flush`]); a power cut takes the rows
/// of its last moment with it. A row that can't be written goes to the log: none is lost silently.
#[derive(Debug, Clone)]
pub struct Ledger {
    notes: mpsc::Sender<Note>,
}

#[derive(Debug)]
enum Note {
    Row(Box<Entry>),
    /// How an answer ended whose row came before.
    Ended(Box<Ended>),
    /// Answered when all that came before is written, or given up.
    Flush(blocking::Sender<()>),
}

impl Ledger {
    /// Starts the writer, on a thread of its own. `window` is how long requests after a complete download still belong
    /// to it.
    ///
    /// # Panics
    /// When the system has no thread for it: at the start of the program.
    #[must_use]
    pub fn start(db: Db, window: TimeDelta) -> Self {
        let (notes, queue) = mpsc::channel(QUEUE);
        #[expect(clippy::expect_used, reason = "a program that gets no thread at its start can't serve")]
        std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || keep(&db, window, queue))
            .expect("the system gives a thread");
        Self { notes }
    }

    /// Records one answer. Waits only when the queue is full; a row for which there is no place is logged and stops
    /// nothing.
    pub async fn record(&self, entry: Entry) {
        let row = match self.notes.try_send(Note::Row(Box::new(entry))) {
            Ok(()) => return,
            Err(mpsc::error::TrySendError::Full(note) | mpsc::error::TrySendError::Closed(note)) => note,
        };
        // Reserved first, so that a row that finds no place is still here to be logged.
        match (tokio::time::timeout(PATIENCE, self.notes.reserve()).await, row) {
            (Ok(Ok(place)), row) => place.send(row),
            (_, Note::Row(entry)) => {
                lost(&entry, None, "the database takes too long, and no more rows may wait")
            }
            (_, Note::Ended(_) | Note::Flush(_)) => {}
        }
    }

    /// Notes how an answer ended whose row was recorded before. Never waits: it is called where bodies are dropped.
    pub fn ended(&self, ended: Ended) {
        let full = match self.notes.try_send(Note::Ended(Box::new(ended))) {
            Ok(()) => return,
            Err(mpsc::error::TrySendError::Full(note) | mpsc::error::TrySendError::Closed(note)) => note,
        };
        if let (Note::Ended(ended), Ok(runtime)) = (full, tokio::runtime::Handle::try_current()) {
            let notes = self.notes.clone();
            runtime.spawn(async move {
                match tokio::time::timeout(PATIENCE, notes.reserve()).await {
                    Ok(Ok(place)) => place.send(Note::Ended(ended)),
                    _ => unnoted(&ended, "the database takes too long, and no more notes may wait"),
                }
            });
        }
    }

    /// Waits until all that was recorded before is written, or given up; for `patience` at most. Says whether it is.
    ///
    /// Blocks: for the end of the program, and for tests.
    pub fn flush(&self, patience: Duration) -> bool {
        let (done, written) = blocking::channel();
        let end = std::time::Instant::now() + patience;
        let mut note = Note::Flush(done);
        loop {
            match self.notes.try_send(note) {
                Ok(()) => break,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(back)) => note = back,
            }
            if std::time::Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        written.recv_timeout(end.saturating_duration_since(std::time::Instant::now())).is_ok()
    }
}

/// Writes what comes until nobody is left who could send more.
fn keep(db: &Db, window: TimeDelta, mut queue: mpsc::Receiver<Note>) {
    let mut notes = Vec::new();
    while queue.blocking_recv_many(&mut notes, BATCH) > 0 {
        let count = notes.len();
        let (page, waiting) = Page::of(notes.drain(..));
        let is_busy = (BUSY..BATCH).contains(&count) && waiting.is_empty();
        page.write(db, window);
        for done in waiting {
            // Whoever has lost patience doesn't listen any more.
            let _ = done.send(());
        }
        if is_busy {
            std::thread::sleep(LINGER);
        }
    }
}

/// What is written together.
#[derive(Debug, Clone, Default)]
struct Page {
    /// The answers, those with their end that have ended by now.
    rows: Vec<(Entry, Option<Ended>)>,
    /// The ends of answers that were written before.
    ends: Vec<Ended>,
}

impl Page {
    fn of(notes: impl Iterator<Item = Note>) -> (Self, Vec<blocking::Sender<()>>) {
        let (mut page, mut waiting, mut places) = (Self::default(), Vec::new(), HashMap::new());
        for note in notes {
            match note {
                Note::Row(entry) => {
                    places.extend(entry.ticket().map(|ticket| (ticket.to_owned(), page.rows.len())));
                    page.rows.push((*entry, None));
                }
                Note::Ended(ended) => {
                    let row = places.remove(&ended.ticket).and_then(|place| page.rows.get_mut(place));
                    match row {
                        Some((row, end)) => {
                            row.end(&ended);
                            *end = Some(*ended);
                        }
                        None => page.ends.push(*ended),
                    }
                }
                Note::Flush(done) => waiting.push(done),
            }
        }
        (page, waiting)
    }

    /// Writes all of it in one transaction; what can't be written doesn't take the rest with it.
    fn write(self, db: &Db, window: TimeDelta) {
        let Self { rows, ends } = &self;
        if rows.is_empty() && ends.is_empty() || patiently(|| self.clone().insert(db, window)).is_ok() {
            return;
        }
        for row in rows {
            let alone = Self { rows: vec![row.clone()], ends: Vec::new() };
            if let Err(error) = alone.insert(db, window) {
                lost(&row.0, row.1.as_ref(), &error.to_string());
            }
        }
        for ended in ends {
            let alone = Self { rows: Vec::new(), ends: vec![ended.clone()] };
            if let Err(error) = alone.insert(db, window) {
                unnoted(ended, &error.to_string());
            }
        }
    }

    fn insert(self, db: &Db, window: TimeDelta) -> Result<(), DieselError> {
        db.write_blocking(move |conn| {
            let (rows, ends): (Vec<Entry>, Vec<Option<Ended>>) = self.rows.into_iter().unzip();
            Entry::insert(&rows, conn)?;
            for (row, ended) in rows.iter().zip(&ends) {
                if let Some(ended) = ended {
                    row.count(conn, ended, window)?;
                }
            }
            self.ends.iter().try_for_each(|ended| ended.note(conn, window).map(drop))
        })
    }
}

/// Asks a database that doesn't answer again, for a while: it may be starting anew.
fn patiently(work: impl Fn() -> Result<(), DieselError>) -> Result<(), DieselError> {
    for pause in 1..TRIES {
        match work() {
            Err(DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )) => std::thread::sleep(PAUSE * pause),
            other => return other,
        }
    }
    work()
}

/// How an answer ended goes to the log instead.
fn unnoted(ended: &Ended, problem: &str) {
    tracing::error!(problem, ?ended, "the end of a download isn't in the ledger");
}

/// The row goes to the log instead, with its end if it has one; it holds ids, and neither addresses nor tokens.
fn lost(entry: &Entry, ended: Option<&Ended>, problem: &str) {
    tracing::error!(problem, row = ?entry, ?ended, "a download isn't in the ledger");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_recorded_is_written_when_the_flush_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&crate::db::DatabaseUrl::Sqlite(folder.path().join("ledger.db"))).unwrap();
        let ledger = Ledger::start(db, TimeDelta::hours(24));
        assert!(ledger.flush(Duration::from_secs(30)));
    }
}
