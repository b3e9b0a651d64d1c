//! Clearing up: uploads that nobody goes on with, parts without a row, and files of the store that no row names.

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{Intake, Upload, UploadError, UploadStatus};
use crate::db::schema::{book_files, cover_images, stray_files, uploads};
use crate::db::{Conn, Timestamp, insert_once};
use crate::jobs::Task;
use crate::storage::{PartError, StorageKey};

/// The task that finishes and expires uploads.
pub const TASK: &str = "uploads";
/// The task that removes files without a row.
pub const STRAYS: &str = "stray files";

/// How long an upload that ended well is remembered, for a client that did not hear of it.
pub(super) const DONE: TimeDelta = TimeDelta::hours(24);
/// How long a refused file is told of.
pub(super) const REFUSED: TimeDelta = TimeDelta::days(14);

/// How long a file must have had no row before it is removed: a backup of database and store takes its time.
const GRACE: TimeDelta = TimeDelta::days(2);
/// A file that was kept within this time stays in any case: its row may be on its way.
const YOUNG: Duration = Duration::from_secs(3600);
/// How many uploads are cleared up in one go.
const AT_ONCE: i64 = 200;

/// The task that finishes what a crash cut off, and forgets what nobody goes on with.
#[must_use]
pub fn task(intake: &Intake) -> Task {
    let intake = intake.clone();
    Task::new(TASK, Duration::from_secs(60), move || {
        let intake = intake.clone();
        async move {
            intake.finish_what_is_whole().await?;
            intake.expire().await?;
            intake.off(|intake| intake.remove_parts()).await?;
            Ok(())
        }
    })
}

/// The task that removes files of the store that no row names any more.
#[must_use]
pub fn strays_task(intake: &Intake) -> Task {
    let intake = intake.clone();
    Task::new(STRAYS, Duration::from_secs(12 * 3600), move || {
        let intake = intake.clone();
        async move {
            let removed = intake.off(|intake| intake.remove_strays(GRACE, YOUNG)).await?;
            if removed > 0 {
                tracing::info!(removed, "files of the store that nothing needs were removed");
            }
            Ok(())
        }
    })
}

impl Intake {
    /// Forgets uploads whose time is over, with their bytes.
    async fn expire(&self) -> Result<(), UploadError> {
        let now = self.clock.now();
        for upload in self.db.read(move |conn| Upload::expired(conn, AT_ONCE, now)).await? {
            match self.discard(&upload).await {
                Ok(()) | Err(UploadError::Busy) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Forgets an upload with its bytes.
    ///
    /// # Errors
    /// [`UploadError::Busy`] while a request sends to it, or when the store or the database fails.
    pub async fn discard(&self, upload: &Upload) -> Result<(), UploadError> {
        let (id, name) = (upload.id, upload.public_id.clone());
        if upload.status == UploadStatus::Receiving {
            let opened = self.off(move |intake| Ok(intake.store.open_part(&name)?));
            let part = opened.await?;
            self.db.write(move |conn| Upload::remove(conn, id)).await?;
            return self.off(move |_| Ok(part.remove()?)).await;
        }
        Ok(self.db.write(move |conn| Upload::remove(conn, id)).await?)
    }

    /// Removes parts whose upload is gone, for example with its title, and files that never came to their end.
    pub(super) fn remove_parts(&self) -> Result<(), UploadError> {
        let names = self.store.parts()?;
        for names in names.chunks(200) {
            let asked = names.to_vec();
            let known = self.db.read_blocking(move |conn| Upload::receiving(conn, &asked))?;
            for name in names.iter().filter(|name| !known.contains(*name)) {
                match self.store.open_part(name) {
                    // A form's file has no row before it is whole; whoever receives it holds it.
                    Err(PartError::Busy) => {}
                    part => {
                        let part = part?;
                        let again = vec![name.clone()];
                        // Asked once more, now that nobody else can be at it.
                        if self.db.read_blocking(move |conn| Upload::receiving(conn, &again))?.is_empty() {
                            part.remove()?;
                        }
                    }
                }
            }
        }
        self.store.remove_incoming_older(YOUNG * 24)?;
        Ok(())
    }

    /// Removes the files of the store that no row has named for `grace` and that are older than `young`; says how many.
    /// Blocks on the store and the database.
    ///
    /// # Errors
    /// When either fails; what was not removed is found again.
    pub fn remove_strays(&self, grace: TimeDelta, young: Duration) -> Result<usize, UploadError> {
        let now = self.clock.now();
        let mut removed = 0;
        self.store.each_bunch(|keys| {
            let names: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
            let (due, noted) = self.db.read_blocking(|conn| {
                Ok::<_, diesel::result::Error>((strays(conn, &names)?, noted(conn, &names)?))
            })?;
            if due.is_empty() && noted.is_empty() {
                return Ok(());
            }
            for name in self.db.write_blocking(move |conn| note(conn, &due, &noted, grace, now))? {
                removed += usize::from(self.remove_stray(name, young)?);
            }
            Ok::<(), UploadError>(())
        })?;
        Ok(removed)
    }

    /// Removes one file that no row names; whether it is gone.
    fn remove_stray(&self, name: String, young: Duration) -> Result<bool, UploadError> {
        let Ok(key) = name.parse::<StorageKey>() else { return Ok(false) };
        // Asked once more: to remove those before it may have taken longer than a file stays young.
        let asked = [name];
        let is_stray = !self.db.read_blocking(|conn| strays(conn, &asked))?.is_empty();
        if !is_stray || !self.store.remove_older(&key, young)? {
            return Ok(false);
        }
        tracing::info!(%key, "a file that nothing needs was removed from the store");
        self.db.write_blocking(move |conn| forget(conn, &asked))?;
        Ok(true)
    }
}

/// Those of these keys that no row names. Every table with a `storage_key` is asked here.
fn strays(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<String>> {
    let mut needed: HashSet<String> = HashSet::new();
    for keys in keys.chunks(500) {
        let files = book_files::table.filter(book_files::storage_key.eq_any(keys.to_vec()));
        needed.extend(files.select(book_files::storage_key).load::<String>(conn)?);
        let covers = cover_images::table.filter(cover_images::storage_key.eq_any(keys.to_vec()));
        needed.extend(covers.select(cover_images::storage_key).load::<String>(conn)?);
        let coming = uploads::table.filter(uploads::storage_key.eq_any(keys.to_vec()));
        needed.extend(coming.select(uploads::storage_key).load::<String>(conn)?);
    }
    Ok(keys.iter().filter(|key| !needed.contains(*key)).cloned().collect())
}

/// Those of these keys that were strays before.
fn noted(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<String>> {
    let mut noted = Vec::new();
    for keys in keys.chunks(500) {
        let known = stray_files::table.filter(stray_files::storage_key.eq_any(keys.to_vec()));
        noted.extend(known.select(stray_files::storage_key).load::<String>(conn)?);
    }
    Ok(noted)
}

/// Writes down what is a stray now, forgets what no longer is, and gives those that have been one for `grace`.
fn note(
    conn: &mut Conn,
    strays: &[String],
    noted: &[String],
    grace: TimeDelta,
    now: Timestamp,
) -> QueryResult<Vec<String>> {
    let needed_again: Vec<String> = noted.iter().filter(|key| !strays.contains(key)).cloned().collect();
    forget(conn, &needed_again)?;
    let mut due = Vec::new();
    for key in strays {
        let values = (stray_files::storage_key.eq(key), stray_files::seen_at.eq(now));
        insert_once!(conn, stray_files::table, values)?;
        let seen: Timestamp = stray_files::table.find(key).select(stray_files::seen_at).first(conn)?;
        if seen + grace <= now {
            due.push(key.clone());
        }
    }
    Ok(due)
}

fn forget(conn: &mut Conn, keys: &[String]) -> QueryResult<()> {
    diesel::delete(stray_files::table.filter(stray_files::storage_key.eq_any(keys.to_vec())))
        .execute(conn)
        .map(drop)
}
