//! Many rows of the ledger at once, as PostgreSQL takes them best: a list for each column.
//!
//! One statement with a place for each value of each row takes three times as long to be read and planned as to be done,
//! and PostgreSQL has to wait for its turn at the processor like everybody else.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamp};

use super::Entry;

const INSERT: &str = "INSERT INTO downloads (at, file_id, book_id, account_id, order_id, allowed, reason, backend, \
    method, range, status, ticket, device, sent_bytes, outcome) \
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

/// Adds the rows.
///
/// # Errors
/// When the database fails, or a file is gone.
pub(super) fn insert(rows: &[Entry], conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query(INSERT)
        .bind::<Array<Timestamp>, _>(column(rows, |row| row.at))
        .bind::<Array<BigInt>, _>(column(rows, |row| row.file_id))
        .bind::<Array<BigInt>, _>(column(rows, |row| row.book_id))
        .bind::<Array<Nullable<BigInt>>, _>(column(rows, |row| row.account_id))
        .bind::<Array<Nullable<BigInt>>, _>(column(rows, |row| row.order_id))
        .bind::<Array<Bool>, _>(column(rows, |row| row.allowed))
        .bind::<Array<Text>, _>(column(rows, |row| row.reason))
        .bind::<Array<Text>, _>(column(rows, |row| row.backend))
        .bind::<Array<Text>, _>(column(rows, |row| row.method.as_str()))
        .bind::<Array<Nullable<Text>>, _>(column(rows, |row| row.range.as_deref()))
        .bind::<Array<Integer>, _>(column(rows, |row| row.status))
        .bind::<Array<Nullable<Text>>, _>(column(rows, |row| row.ticket.as_deref()))
        .bind::<Array<Nullable<Text>>, _>(column(rows, |row| row.device.as_deref()))
        .bind::<Array<Nullable<BigInt>>, _>(column(rows, |row| row.sent_bytes))
        .bind::<Array<Nullable<Text>>, _>(column(rows, |row| row.outcome.map(|outcome| outcome.as_str())))
        .execute(conn)
        .map(drop)
}

/// One value of each row.
fn column<'a, T>(rows: &'a [Entry], value: impl Fn(&'a Entry) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
