//! The one thread that writes to SQLite.
//!
//! One writer answers more transactions a second than eight that contend for the file's lock, and its slowest answer
//! is far quicker: nobody waits in a busy loop.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;

use diesel::result::Error as DieselError;
use tokio::sync::oneshot;

use super::transaction::{self, Purpose};
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
            |conn| transaction::within(conn, Purpose::Write, work),
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
        self.run_bare_blocking(|conn| transaction::within(conn, Purpose::Write, work))
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
            if outcome.is_err() {
                transaction::roll_back_if_open(conn);
            }
            answer(outcome);
        });
        self.jobs.send(job).map_err(|_| unavailable("the database's writer has ended".to_owned()))
    }
}

fn finish<T, E: From<DieselError>>(outcome: Option<std::thread::Result<Result<T, E>>>) -> Result<T, E> {
    match outcome {
        Some(Ok(result)) => result,
        Some(Err(panic)) => resume_unwind(panic),
        None => Err(unavailable("the database's writer has ended".to_owned()).into()),
    }
}
