//! A table that was looked at and waits to be taken in.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::accounts::AccountId;
use crate::db::schema::title_imports;
use crate::db::{Conn, Timestamp};

/// How long a table waits.
const HOURS: i64 = 24;

/// A table that waits.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = title_imports)]
pub struct Kept {
    /// The id in its page's address.
    pub public_id: String,
    /// The file's name.
    pub file_name: String,
    /// The table.
    pub body: String,
}

impl Kept {
    /// Keeps a table, and forgets those that have waited too long.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep(
        conn: &mut Conn,
        by: AccountId,
        file_name: &str,
        body: &str,
        now: Timestamp,
    ) -> QueryResult<String> {
        let old = title_imports::table.filter(title_imports::created_at.lt(now - TimeDelta::hours(HOURS)));
        diesel::delete(old).execute(conn)?;
        diesel::insert_into(title_imports::table)
            .values((
                title_imports::public_id.eq(crate::ids::public_id()),
                title_imports::account_id.eq(by),
                title_imports::file_name.eq(file_name),
                title_imports::body.eq(body),
                title_imports::created_at.eq(now),
            ))
            .returning(title_imports::public_id)
            .get_result(conn)
    }

    /// The table of an address; nothing when it was taken in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(conn: &mut Conn, public_id: &str) -> QueryResult<Option<Self>> {
        title_imports::table
            .filter(title_imports::public_id.eq(public_id))
            .select(Self::as_select())
            .first(conn)
            .optional()
    }

    /// Forgets it; `false` when somebody else has done so.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget(&self, conn: &mut Conn) -> QueryResult<bool> {
        let mine = title_imports::table.filter(title_imports::public_id.eq(&self.public_id));
        diesel::delete(mine).execute(conn).map(|rows| rows == 1)
    }
}
