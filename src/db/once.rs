//! "Insert once": the same row a second time is not an error, and changes nothing.
//!
//! Catching a unique violation would abort a PostgreSQL transaction, and Diesel has no `ON CONFLICT` across databases,
//! so the statement is built for each.

/// Inserts a row unless one with the same unique key is there; `Ok(true)` when this call inserted it.
macro_rules! insert_once {
    ($conn:expr, $table:expr, $values:expr) => {{
        use diesel::RunQueryDsl as _;
        match $conn {
            $crate::db::Conn::Sqlite(conn) => {
                diesel::insert_into($table).values($values).on_conflict_do_nothing().execute(conn)
            }
            $crate::db::Conn::Postgres(conn) => {
                diesel::insert_into($table).values($values).on_conflict_do_nothing().execute(conn)
            }
        }
        .map(|rows| rows == 1)
    }};
}

pub(crate) use insert_once;
