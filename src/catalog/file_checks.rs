//! The CRC-32 of files' bytes: a zip wants it before them. One for each content, since bytes never change.

use std::collections::HashMap;

use diesel::prelude::*;

use super::BookFile;
use crate::db::schema::file_checks;
use crate::db::{Conn, insert_once};

/// The known ones of these files, by their SHA-256 in hex.
///
/// # Errors
/// When the database fails.
pub fn known(conn: &mut Conn, files: &[BookFile]) -> QueryResult<HashMap<String, u32>> {
    let hashes: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let rows: Vec<(String, i64)> = file_checks::table
        .filter(file_checks::sha256.eq_any(hashes))
        .select((file_checks::sha256, file_checks::crc32))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(sha256, crc32)| Some((sha256, u32::try_from(crc32).ok()?))).collect())
}

/// Keeps the one of the content with this SHA-256 in hex; a second time changes nothing.
///
/// # Errors
/// When the database fails.
pub fn keep(conn: &mut Conn, sha256: &str, crc32: u32) -> QueryResult<()> {
    let values = (file_checks::sha256.eq(sha256), file_checks::crc32.eq(i64::from(crc32)));
    insert_once!(conn, file_checks::table, values).map(drop)
}
