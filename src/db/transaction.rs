//! Transactions as the shop wants them: reads that see one moment, and writes that cannot fail half-way as busy.
//!
//! Diesel's own begin with the database's default, which is not enough for either: in PostgreSQL's READ COMMITTED each
//! statement sees a moment of its own (PostgreSQL 13.2.1), and SQLite's deferred transactions fail where a read is
//! followed by a write that came second.

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::result::Error as DieselError;

use super::Conn;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It reads: all of it is of one moment, on both databases, and never waits for a writer.
    Read,
    /// It may write. SQLite takes its one lock for writers at the start.
    Write,
}

/// Runs `work` in a transaction; an error undoes all of it.
pub(super) fn within<T, E: From<DieselError>>(
    conn: &mut Conn,
    purpose: Purpose,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin(conn, purpose)?;
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

fn begin(conn: &mut Conn, purpose: Purpose) -> Result<(), DieselError> {
    match (conn, purpose) {
        (Conn::Sqlite(conn), Purpose::Read) => AnsiTransactionManager::begin_transaction(conn),
        (Conn::Sqlite(conn), Purpose::Write) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")
        }
        (Conn::Postgres(conn), Purpose::Read) => AnsiTransactionManager::begin_transaction_sql(
            conn,
            "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        ),
        (Conn::Postgres(conn), Purpose::Write) => AnsiTransactionManager::begin_transaction(conn),
    }
}

fn commit(conn: &mut Conn) -> Result<(), DieselError> {
    match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::commit_transaction(conn),
    }
}

fn roll_back(conn: &mut Conn) {
    let (undone, is_ours) = match conn {
        Conn::Sqlite(conn) => (AnsiTransactionManager::rollback_transaction(conn), true),
        // A server undoes by itself what a lost connection left open, and the pool lets go of such a one.
        Conn::Postgres(conn) => (AnsiTransactionManager::rollback_transaction(conn), false),
    };
    match undone {
        // A failed commit has rolled back by itself.
        Ok(()) | Err(DieselError::NotInTransaction) => {}
        Err(error) if is_ours => tracing::error!(%error, "a transaction could not be rolled back"),
        Err(error) => tracing::debug!(%error, "a transaction could not be rolled back"),
    }
}

/// Rolls back what a panic has left open.
pub(super) fn roll_back_if_open(conn: &mut Conn) {
    let status = match conn {
        Conn::Sqlite(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
        Conn::Postgres(conn) => AnsiTransactionManager::transaction_manager_status_mut(conn),
    };
    if !matches!(status.transaction_depth(), Ok(None)) {
        roll_back(conn);
    }
}
