//! What the doctor found, as it is kept.

use diesel::prelude::*;

use super::Section;
use crate::db::schema::examinations;
use crate::db::{Conn, Timestamp, text_enum};

/// How many examinations are kept.
const KEPT: i64 = 20;

text_enum! {
    /// Who sent for the doctor.
    pub enum AskedBy {
        /// The shop itself, at its start and each day.
        Shop = "shop",
        /// An admin, on the page.
        Page = "page",
        /// `bookplate doctor`.
        Command = "command",
    }
}

/// One examination.
#[derive(Debug, Clone)]
pub struct Examination {
    /// When it ended.
    pub at: Timestamp,
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// What was found.
    pub sections: Vec<Section>,
}

impl Examination {
    /// The last one, if there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last(conn: &mut Conn) -> QueryResult<Option<Self>> {
        let row: Option<(Timestamp, AskedBy, String)> = examinations::table
            .order(examinations::id.desc())
            .select((examinations::at, examinations::asked_by, examinations::report))
            .first(conn)
            .optional()?;
        // One of another version that can't be read is as good as none.
        Ok(row.and_then(|(at, asked_by, report)| {
            Some(Self { at, asked_by, sections: serde_json::from_str(&report).ok()? })
        }))
    }

    /// Keeps it, and forgets the oldest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep(&self, conn: &mut Conn) -> QueryResult<()> {
        diesel::insert_into(examinations::table)
            .values((
                examinations::at.eq(self.at),
                examinations::asked_by.eq(self.asked_by),
                examinations::report.eq(serde_json::json!(self.sections).to_string()),
            ))
            .execute(conn)?;
        let oldest: Option<i64> = examinations::table
            .order(examinations::id.desc())
            .offset(KEPT)
            .select(examinations::id)
            .first(conn)
            .optional()?;
        if let Some(oldest) = oldest {
            diesel::delete(examinations::table.filter(examinations::id.le(oldest))).execute(conn)?;
        }
        Ok(())
    }
}
