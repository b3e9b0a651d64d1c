//! From a reader's shelf to the members of a zip.

use diesel::QueryResult;

use crate::accounts::SessionId;
use crate::accounts::guards::Asker;
use crate::catalog::{BookFile, file_checks};
use crate::config::DeliveryLimits;
use crate::db::{Conn, Db, Timestamp};
use crate::delivery::archive::Member;
use crate::downloads::limits::{self, Reached};
use crate::library::shelf::Shelf;
use crate::permission::{self, Decision, ViewGrant, Viewer};
use crate::storage::{StorageKey, Store, StoreError};
use crate::web;

/// What goes into a reader's zip.
pub(super) struct Contents {
    pub viewer: Viewer,
    pub due: Option<SessionId>,
    /// A grant of the gate for each member, in the order of the members.
    pub grants: Vec<ViewGrant>,
    pub members: Vec<Member>,
    /// A limit that stands in the way of a file, with its name.
    pub reached: Option<(String, Reached)>,
}

/// What the gate grants of all that is on the shelf: the newest edition of each book, in all its formats.
fn granted(conn: &mut Conn, viewer: &Viewer) -> QueryResult<Vec<ViewGrant>> {
    let shelf = Shelf::of(conn, viewer)?;
    let newest = shelf.books.iter().filter_map(|book| book.editions.first());
    let ids: Vec<String> =
        newest.flat_map(|edition| edition.files.iter().map(|file| file.public_id.clone())).collect();
    let mut grants = Vec::new();
    for id in ids {
        if let Decision::Allowed(grant) = permission::can_view(conn, viewer, &id)? {
            grants.push(grant);
        }
    }
    Ok(grants)
}

/// Collects it all. Blocks on the database, and on the store for older files, which came in before
/// their CRC-32 was computed on the way and were never in a zip.
pub(super) fn collect(
    db: &Db,
    store: &Store,
    asker: Asker,
    (limits, device): (Option<&DeliveryLimits>, Option<&str>),
    at: Timestamp,
) -> web::Result<Contents> {
    let (viewer, due, grants, reached, mut known) = db.read_blocking(|conn| {
        let (viewer, due) = asker.look_up(conn, at)?;
        let grants = granted(conn, &viewer)?;
        let mut reached = None;
        for grant in grants.iter().filter(|_| limits.is_some()) {
            if let Some(limits) = limits
                && let Some(limit) = limits::reached(conn, limits, grant, device, at)?
            {
                reached = Some((grant.file().file_name.clone(), limit));
                break;
            }
        }
        let files: Vec<BookFile> = grants.iter().map(|grant| grant.file().clone()).collect();
        let known = file_checks::known(conn, &files)?;
        Ok::<_, diesel::result::Error>((viewer, due, grants, reached, known))
    })?;
    let mut members = Vec::new();
    for grant in &grants {
        let file = grant.file();
        let key: StorageKey = file.storage_key.parse().map_err(out_of_order)?;
        let length = u64::try_from(file.byte_length).unwrap_or(u64::MAX);
        let crc32 = match known.get(&file.sha256) {
            Some(crc32) => *crc32,
            None => {
                let crc32 = compute(store, &key, length).map_err(out_of_order)?;
                let sha256 = file.sha256.clone();
                known.insert(sha256.clone(), crc32);
                db.write_blocking(move |conn| file_checks::keep(conn, &sha256, crc32))?;
                crc32
            }
        };
        let made_at = file.created_at.and_utc().timestamp();
        members.push(Member { name: file.file_name.clone(), key, length, crc32, made_at });
    }
    Ok(Contents { viewer, due, grants, members, reached })
}

/// Reads a whole file for its CRC-32. Blocks on the store.
fn compute(store: &Store, key: &StorageKey, length: u64) -> Result<u32, StoreError> {
    let mut hasher = crc32fast::Hasher::new();
    store.each_block(key, length, |block| hasher.update(block))?;
    Ok(hasher.finalize())
}

fn out_of_order(cause: impl std::error::Error + Send + Sync + 'static) -> web::Error {
    let sentence = "One of your books could not be fetched just now. The shop has been told; the others are in \
                    your library.";
    web::Error::bad_gateway(sentence, cause)
}
