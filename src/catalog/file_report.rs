//! What was found in a file when it came.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{BookFileId, EditionId};
use crate::db::Conn;
use crate::db::schema::{book_files, file_reports};
use crate::inspection::{Findings, Inspection};

/// What was found in a file.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = file_reports)]
pub struct FileReport {
    /// Whether it must not be published as it is.
    pub has_errors: bool,
    /// How many pages it has, where its format has pages.
    pub pages: Option<i64>,
    found: String,
}

impl FileReport {
    /// Keeps what was found in a file.
    ///
    /// # Errors
    /// When the database fails.
    pub fn keep(conn: &mut Conn, file: BookFileId, inspection: &Inspection) -> QueryResult<()> {
        let found = serde_json::to_string(&inspection.findings())
            .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        diesel::delete(file_reports::table.find(file)).execute(conn)?;
        diesel::insert_into(file_reports::table)
            .values((
                file_reports::file_id.eq(file),
                file_reports::has_errors.eq(!inspection.is_sound()),
                file_reports::pages.eq(inspection.pages.map(i64::from)),
                file_reports::found.eq(found),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Gives a file what was found in another one of the same bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub fn copy(conn: &mut Conn, from: BookFileId, to: BookFileId) -> QueryResult<()> {
        let report: Option<Self> =
            file_reports::table.find(from).select(Self::as_select()).first(conn).optional()?;
        if let Some(report) = report {
            diesel::insert_into(file_reports::table)
                .values((
                    file_reports::file_id.eq(to),
                    file_reports::has_errors.eq(report.has_errors),
                    file_reports::pages.eq(report.pages),
                    file_reports::found.eq(report.found),
                ))
                .execute(conn)?;
        }
        Ok(())
    }

    /// What was found in these files; those that nobody looked into are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut Conn, files: &[BookFileId]) -> QueryResult<HashMap<BookFileId, Self>> {
        let rows: Vec<(BookFileId, Self)> = file_reports::table
            .filter(file_reports::file_id.eq_any(files.to_vec()))
            .select((file_reports::file_id, Self::as_select()))
            .load(conn)?;
        Ok(rows.into_iter().collect())
    }

    /// Whether a file of the edition must not be published.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_errors(conn: &mut Conn, edition: EditionId) -> QueryResult<bool> {
        let broken = file_reports::table
            .inner_join(book_files::table)
            .filter(book_files::edition_id.eq(edition).and(file_reports::has_errors.eq(true)));
        diesel::select(diesel::dsl::exists(broken)).get_result(conn)
    }

    /// The problems, and what the file says of its book.
    #[must_use]
    pub fn findings(&self) -> Findings {
        serde_json::from_str(&self.found).unwrap_or_default()
    }
}
