//! The database: one handle for reads that never wait for a writer, and writes that never wait for a reader.
//!
//! Diesel blocks, so work here runs off the async threads: a read is one closure on the blocking pool, in one
//! transaction on a pooled connection, and sees one moment; a write is one closure in one transaction. [`Db::look_up`]
//! alone, for a few look-ups by index, runs where it is called on SQLite, and without a transaction on PostgreSQL.
//! On SQLite all writes of the process go through one connection on one thread, which keeps them from fighting over the
//! lock, and begin `IMMEDIATE`, so that a read followed by a write cannot fail as busy. On PostgreSQL both take
//! connections from one pool.

mod conn;
mod migrations;
mod once;
pub mod schema;
pub mod statement;
mod text;
mod transaction;
mod turn;
mod writer;

use std::time::Duration;

use diesel::r2d2::Pool;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

pub(crate) use conn::MultiBackend;
pub use conn::{Conn, DatabaseUrl, InvalidDatabaseUrl};
pub use migrations::MigrationError;
pub(crate) use once::insert_once;
pub use statement::Statement;
pub use text::UnknownText;
pub(crate) use text::{row_id, text_enum};

use conn::{Kept, Manager, Purpose};
use turn::Turns;
use writer::Writer;

/// How long work waits for a connection, or for its turn at one.
const PATIENCE: Duration = Duration::from_secs(5);

/// A point in time, in UTC, to the microsecond.
pub type Timestamp = chrono::NaiveDateTime;

/// The shop's data. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Db {
    readers: Pool<Manager>,
    turns: Turns,
    /// Those of [`Db::look_up`]; on SQLite only if no connection is free at once.
    quick_turns: Turns,
    writer: Write,
}

#[derive(Clone)]
enum Write {
    Sqlite(Writer),
    Postgres,
}

/// Why the database could not be opened. The sentence is for the operator, on the terminal.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder of an SQLite file could not be made.
    #[error("the folder {path} for the database could not be made: {cause}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// No connection.
    #[error("the database {url} could not be opened: {cause}")]
    Connect {
        /// The URL, without its password.
        url: String,
        /// What the database said.
        cause: String,
    },
    /// The tables do not fit this program.
    #[error(transparent)]
    Migration(#[from] MigrationError),
}

impl Db {
    /// Opens the database and checks that it answers; makes the folder of an SQLite file if it is missing.
    ///
    /// The tables are not touched: see [`Db::migrate`] and [`Db::check_migrations`].
    ///
    /// # Errors
    /// One sentence for the operator when the folder cannot be made or the database does not answer.
    pub fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        if let DatabaseUrl::Sqlite(path) = url
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder)
                .map_err(|cause| OpenError::Folder { path: folder.display().to_string(), cause })?;
        }
        // PostgreSQL's answer runs over several lines; ours is one sentence.
        let one_line = |cause: String| cause.split_whitespace().collect::<Vec<_>>().join(" ");
        let failed = |cause: String| OpenError::Connect { url: url.to_string(), cause: one_line(cause) };
        // One connection by hand first: its error says more than a pool's timeout.
        let first = Manager { url: url.clone(), purpose: Purpose::Write }.open();
        let first = first.map_err(|error| failed(error.to_string()))?;
        let writer = match first {
            Conn::Sqlite(_) => {
                Write::Sqlite(Writer::start(first).map_err(|error| failed(error.to_string()))?)
            }
            Conn::Postgres(_) => Write::Postgres,
        };
        let quick = turn::for_the_processor(8);
        let (purpose, size, turns) = match &writer {
            Write::Sqlite(_) => (Purpose::Read, 8, quick),
            // One is left to whoever has a thread to wait on, such as the ledger.
            Write::Postgres => (Purpose::Write, 16, 15 - quick),
        };
        let (turns, quick_turns) = (Turns::new(turns), Turns::new(quick));
        let readers = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(matches!(writer, Write::Postgres))
            .connection_timeout(PATIENCE)
            .build(Manager { url: url.clone(), purpose })
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { readers, turns, quick_turns, writer })
    }

    /// Whether this is the embedded database.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.writer, Write::Sqlite(_))
    }

    /// Runs `work` in one read transaction, off the async threads: all it reads is of one moment.
    ///
    /// # Errors
    /// What `work` returns, or a closed-connection error when no connection could be had in five seconds.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        in_turn(self, &self.turns, |db| db.read_blocking(work)).await
    }

    /// As [`Db::read`], for a few quick look-ups by index, each of which may be of a later moment than the one before.
    ///
    /// On SQLite they are done here and now if a connection is free: to wake another thread for them would take longer
    /// than they do, and twice as long under load. On PostgreSQL a transaction would double the round trips to the
    /// server. There they have connections of their own, so that no report holds up a download, and only as many as keep
    /// this machine's processor busy: more would push the ledger's writer off it, for which downloads then wait.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn look_up<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        if self.is_sqlite()
            && let Some(mut kept) = self.readers.try_get()
        {
            return on(&mut kept, |conn| transaction::within(conn, transaction::Purpose::Read, work));
        }
        in_turn(self, &self.quick_turns, |db| db.with_connection(work)).await
    }

    /// Runs `work` in one write transaction, off the async threads; an error undoes all of it.
    ///
    /// # Errors
    /// What `work` returns, or a closed-connection error when no connection could be had.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        match &self.writer {
            Write::Sqlite(writer) => writer.run(work).await,
            Write::Postgres => in_turn(self, &self.turns, |db| db.write_blocking(work)).await,
        }
    }

    /// [`Db::read`] for commands, which may block.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E: From<DieselError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        self.with_connection(|conn| transaction::within(conn, transaction::Purpose::Read, work))
    }

    /// [`Db::write`] for commands and threads, which may block.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        match &self.writer {
            Write::Sqlite(writer) => writer.run_blocking(work),
            Write::Postgres => {
                self.with_connection(|conn| transaction::within(conn, transaction::Purpose::Write, work))
            }
        }
    }

    /// Runs `work` on a connection that may write, outside of any transaction.
    fn with_writing_connection<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DieselError> + Send + 'static,
    {
        match &self.writer {
            Write::Sqlite(writer) => writer.run_bare_blocking(work),
            Write::Postgres => self.with_connection(work),
        }
    }

    /// Runs `work` on a connection of the pool.
    fn with_connection<T, E: From<DieselError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut kept = self.readers.get().map_err(|error| unavailable(error.to_string()))?;
        on(&mut kept, work)
    }
}

/// Runs `work` off the async threads, once it has one of these turns at a connection.
async fn in_turn<T, E>(
    db: &Db,
    turns: &Turns,
    work: impl FnOnce(&Db) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DieselError> + Send + 'static,
{
    let (db, turn) = (db.clone(), turns.next().await?);
    off_the_async_threads(move || {
        let result = work(&db);
        drop(turn);
        result
    })
    .await
}

/// Runs `work` on a connection of the pool, which is doubted if it fails: it may be that the server has gone.
fn on<T, E>(kept: &mut Kept, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let result = work(&mut kept.conn);
    if result.is_err() {
        kept.doubt();
    }
    result
}

/// The error of a database that cannot be reached just now; pages answer it with 503.
fn unavailable(message: String) -> DieselError {
    DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(message))
}

async fn off_the_async_threads<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DieselError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(unavailable("the program is stopping".to_owned()).into()),
        },
    }
}
