//! How far a gateway was asked, and when: what a start after an outage goes on from.

use diesel::prelude::*;

use crate::db::schema::gateway_marks;
use crate::db::{Conn, Timestamp, insert_once};

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// For events that were not delivered.
    Events,
    /// For its whole book.
    Audit,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Audit => "audit",
        }
    }
}

/// Until when a gateway was asked, if it ever was.
///
/// # Errors
/// When the database fails.
pub fn until(conn: &mut Conn, gateway: &str, what: What) -> QueryResult<Option<Timestamp>> {
    gateway_marks::table.find((gateway, what.as_str())).select(gateway_marks::until).first(conn).optional()
}

/// Notes that it was asked until `until`.
///
/// # Errors
/// When the database fails.
pub fn note(conn: &mut Conn, gateway: &str, what: What, until: Timestamp, now: Timestamp) -> QueryResult<()> {
    let is_new = insert_once!(
        conn,
        gateway_marks::table,
        (
            gateway_marks::gateway.eq(gateway),
            gateway_marks::what.eq(what.as_str()),
            gateway_marks::until.eq(until),
            gateway_marks::noted_at.eq(now),
        )
    )?;
    if !is_new {
        diesel::update(gateway_marks::table.find((gateway, what.as_str())))
            .set((gateway_marks::until.eq(until), gateway_marks::noted_at.eq(now)))
            .execute(conn)?;
    }
    Ok(())
}
