//! The CRC-32 of files: a zip wants it before the bytes. Computed once for each file's content.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::catalog::BookFile;
use crate::db::schema::file_checks;
use crate::db::{Conn, insert_once};
use crate::storage::{StorageKey, Store, StoreError};

/// The known ones of these files, by their SHA-256.
pub(super) fn known(conn: &mut Conn, files: &[BookFile]) -> QueryResult<HashMap<String, u32>> {
    let hashes: Vec<&str> = files.iter().map(|file| file.sha256.as_str()).collect();
    let rows: Vec<(String, i64)> = file_checks::table
        .filter(file_checks::sha256.eq_any(hashes))
        .select((file_checks::sha256, file_checks::crc32))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(sha256, crc32)| Some((sha256, u32::try_from(crc32).ok()?))).collect())
}

/// Keeps one.
pub(super) fn keep(conn: &mut Conn, sha256: &str, crc32: u32) -> QueryResult<()> {
    let values = (file_checks::sha256.eq(sha256), file_checks::crc32.eq(i64::from(crc32)));
    insert_once!(conn, file_checks::table, values).map(drop)
}

/// Reads a whole file for it. Blocks on the disk.
pub(super) fn compute(store: &Store, key: &StorageKey, length: u64) -> Result<u32, StoreError> {
    let mut hasher = crc32fast::Hasher::new();
    store.each_block(key, length, |block| hasher.update(block))?;
    Ok(hasher.finalize())
}
