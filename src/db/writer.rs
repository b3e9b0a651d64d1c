//! The one thread that writes to SQLite.
//!
//! One writer answers more transactions a second than eight that contend for the file's lock, and its slowest answer
//! is far quicker: nobody waits in a busy loop.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::result::Error as DieselError;
use tokio::sync::oneshot;

use super::{Conn, unavailable};

type Job = Box<dyn FnOnce(&mut Conn) + Send>;

/// A handle to the writing thread, which ends with the last handle.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn start(mut conn: Conn) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new().name("sqlite-writer".to_owned()).spawn(move || {
            for job in queue {
                job(&mut conn);
            }
        })?;
        Ok(Self { jobs })
    }

    pub(super) async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        self.submit(
            |conn| immediate(conn, work),
            move |result| {
                // Nobody waits any more when the request is gone; the work stands all the same.
                let _ = answer.send(result);
            },
        )?;
        finish(outcome.await.ok())
    }

    pub(super) fn run_blocking<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        self.run_bare_blocking(|conn| immediate(conn, work))
    }

    /// Runs `work` on the writing thread without a transaction around it.
    pub(super) fn run_bare_blocking<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        let (answer, outcome) = mpsc::channel();
        self.submit(work, move |result| {
            let _ = answer.send(result);
        })?;
        finish(outcome.recv().ok())
    }

    fn submit<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        answer: impl FnOnce(std::thread::Result<Result<T, E>>) + Send + 'static,
    ) -> Result<(), DieselError>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        let job: Job = Box::new(move |conn| {
            // A panic must not end the writer, nor leave its transaction open.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(conn)));
            if outcome.is_err() && in_transaction(conn) {
                roll_back(conn);
            }
            answer(outcome);
        });
        self.jobs.send(job).map_err(|_| unavailable("the database's writer has ended".to_owned()))
    }
}

/// Runs `work` in a transaction that takes SQLite's write lock at its start.
fn immediate<T, E: From<DieselError>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin_immediate(conn)?;
    match work(conn) {
        Ok(value) => {
            if let Err(error) = commit(conn) {
                roll_back(conn);
                return Err(error.into());
            }
            Ok(value)
        }
        Err(error) => {
            roll_back(conn);
            Err(error)
        }
    }
}

fn finish<T, E: From<DieselError>>(outcome: Option<std::thread::Result<Result<T, E>>>) -> Result<T, E> {
    match outcome {
        Some(Ok(result)) => result,
        Some(Err(panic)) => resume_unwind(panic),
        None => Err(unavailable("the database's writer has ended".to_owned()).into()),
    }
}

fn begin_immediate(conn: &mut Conn) -> Result<(), DieselError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
    }
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
    }
}

fn roll_back(conn: &mut Conn) {
    let undone = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::rollback_transaction(conn),
    };
    match undone {
        // A failed commit has rolled back by itself.
        Ok(()) | Err(DieselError::NotInTransaction) => {}
        Err(error) => tracing::error!(%error, "a transaction could not be rolled back"),
    }
}

fn in_transaction(conn: &mut Conn) -> bool {
    let status = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
    };
    !matches!(status.transaction_depth(), Ok(None))
}
