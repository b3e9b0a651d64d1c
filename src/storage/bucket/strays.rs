//! Finding and removing objects of the bucket that nobody needs any more.
//!
//! A bucket has no locks, and several machines may keep files in it. So two kinds of small objects beside the
//! books keep those who keep a file and those who remove one apart, since what was written is seen by all
//! from then on:
//!
//! - `.kept/<key>` says that a file that was there already was kept once more, and when;
//! - `.leaving/<key>/<id>` says that somebody is about to remove it.
//!
//! Who keeps a file writes the first and then looks for the second; who removes one writes the second and
//! then looks for the first. Whichever way they meet, one of them sees the other. No storage key begins with
//! a dot.

use std::io;
use std::time::{Duration, SystemTime};

use futures_util::stream::{BoxStream, StreamExt as _};
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _};

use super::super::strays::is_within;
use super::{Bucket, in_time, wait};
use crate::ids;
use crate::storage::{StorageKey, StoreError};

/// Where it is noted that files were kept once more.
const KEPT: &str = ".kept";
/// Where it is noted that files are about to be removed.
const LEAVING: &str = ".leaving";
/// How many keys are given at a time.
const AT_ONCE: usize = 500;
/// How long a note that a file is about to be removed counts: who wrote it has come to an end long since, or
/// has died.
const LEAVES: Duration = Duration::from_secs(15 * 60);
/// How long notes stay at least: longer than any of them counts.
const NOTES: Duration = Duration::from_secs(24 * 3600);

type Listing = BoxStream<'static, object_store::Result<ObjectMeta>>;

/// What some hundred objects of a listing are.
#[derive(Default)]
struct Found {
    keys: Vec<StorageKey>,
    /// Notes that count no more.
    notes: Vec<ObjectPath>,
}

impl Bucket {
    /// The keys of all files in the bucket, some hundred at a time; stops at the first error. What lies
    /// outside the shop's folder, or is called otherwise than the shop calls its files, is never among them.
    pub(in crate::storage) fn each_bunch<E: From<StoreError>>(
        &self,
        mut each: impl FnMut(Vec<StorageKey>) -> Result<(), E>,
    ) -> Result<(), E> {
        let folder = (!self.0.prefix.is_empty()).then(|| ObjectPath::from(self.0.prefix.as_str()));
        let mut listing: Option<Listing> = Some(self.0.service.list(folder.as_ref()));
        while let Some(rest) = listing.take() {
            let this = self.clone();
            let bunch = wait(async move { this.bunch(rest).await }).and_then(|bunch| bunch);
            let (found, rest) = bunch.map_err(|cause| self.problem(&cause))?;
            listing = rest;
            if !found.keys.is_empty() {
                each(found.keys)?;
            }
            let this = self.clone();
            let cleared = wait(async move { this.clear(&found.notes).await });
            cleared.and_then(|cleared| cleared).map_err(|cause| self.problem(&cause))?;
        }
        Ok(())
    }

    /// The next objects of a listing, and what comes after them.
    async fn bunch(&self, mut listing: Listing) -> io::Result<(Found, Option<Listing>)> {
        let mut found = Found::default();
        for _ in 0..AT_ONCE {
            let next = in_time(async { listing.next().await.transpose() }).await?;
            let Some(object) = next else { return Ok((found, None)) };
            let Some(name) = self.name_of(&object.location) else { continue };
            if let Some(key) = key_of_content(name) {
                found.keys.push(key);
            } else if is_note(name) && !is_within(object.last_modified.into(), NOTES) {
                found.notes.push(object.location);
            }
        }
        Ok((found, Some(listing)))
    }

    async fn clear(&self, notes: &[ObjectPath]) -> io::Result<()> {
        for note in notes {
            self.delete(note).await?;
        }
        Ok(())
    }

    /// See [`crate::storage::Store::remove_older`].
    pub(in crate::storage) fn remove_older(
        &self,
        key: &StorageKey,
        age: Duration,
    ) -> Result<bool, StoreError> {
        let (this, wanted) = (self.clone(), key.clone());
        let removed = wait(async move { this.leave(&wanted, age).await });
        removed.and_then(|removed| removed).map_err(|cause| self.problem(&cause))
    }

    /// Removes the file `key` with a note about it, unless it is younger than `age`; whether it is gone.
    async fn leave(&self, key: &StorageKey, age: Duration) -> io::Result<bool> {
        let note = self.path(&format!("{LEAVING}/{key}/{}", ids::public_id()));
        in_time(self.0.service.put(&note, LEAVING.into())).await?;
        // A removal that isn't known to have ended may still come: its note stays, and counts for a while.
        let is_gone = self.leave_noted(key, age).await?;
        self.delete(&note).await?;
        Ok(is_gone)
    }

    async fn leave_noted(&self, key: &StorageKey, age: Duration) -> io::Result<bool> {
        let (path, kept) = (self.path(key.as_str()), self.path(&format!("{KEPT}/{key}")));
        let Some(there) = self.look(path.clone()).await? else { return Ok(true) };
        let again = self.look(kept.clone()).await?;
        let mut times = [Some(there), again].into_iter().flatten().map(|there| there.meta.last_modified);
        if times.any(|time| is_within(SystemTime::from(time), age)) {
            return Ok(false);
        }
        self.delete(&path).await?;
        self.delete(&kept).await?;
        Ok(true)
    }

    /// Whether the bucket holds the file `key` of `length` bytes, which then nobody who clears strays away
    /// removes soon.
    ///
    /// # Errors
    /// When the service fails, or somebody is removing this very file.
    pub(super) async fn holds(&self, key: &StorageKey, length: u64) -> io::Result<bool> {
        let path = self.path(key.as_str());
        if self.look(path.clone()).await?.is_some() {
            in_time(self.0.service.put(&self.path(&format!("{KEPT}/{key}")), KEPT.into())).await?;
        }
        let leaving = self.path(&format!("{LEAVING}/{key}"));
        let mut notes = self.0.service.list(Some(&leaving));
        while let Some(note) = in_time(async { notes.next().await.transpose() }).await? {
            if is_within(note.last_modified.into(), LEAVES) {
                let words =
                    "an old file of the same content is being removed just now; it works a little later";
                return Err(io::Error::new(io::ErrorKind::WouldBlock, words));
            }
        }
        // Looked at once more: it may have been removed before the note was there.
        Ok(self.look(path).await?.is_some_and(|there| there.meta.size == length))
    }

    /// The name of an object below the shop's folder.
    fn name_of<'a>(&self, location: &'a ObjectPath) -> Option<&'a str> {
        match self.0.prefix.as_str() {
            "" => Some(location.as_ref()),
            prefix => location.as_ref().strip_prefix(prefix)?.strip_prefix('/'),
        }
    }
}

/// The key that an object's name is, if the shop gives such ones.
fn key_of_content(name: &str) -> Option<StorageKey> {
    name.parse().ok().filter(StorageKey::is_of_content)
}

/// Whether an object of this name is a note of the shop's own.
fn is_note(name: &str) -> bool {
    let of_kept = name.strip_prefix(KEPT).and_then(|key| key.strip_prefix('/'));
    let of_leaving = name.strip_prefix(LEAVING).and_then(|key| key.strip_prefix('/')?.rsplit_once('/'));
    of_kept.or(of_leaving.map(|(key, _)| key)).and_then(key_of_content).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notes_of_the_shops_own_are_taken_for_notes() {
        let key = StorageKey::for_content(&[1; 32], "pdf");
        assert!(is_note(&format!(".kept/{key}")) && is_note(&format!(".leaving/{key}/0abc")));
        for other in [
            key.to_string(),
            format!("kept/{key}"),
            format!(".kept{key}"),
            format!(".kept/{key}/0abc"),
            format!(".leaving/{key}"),
            ".kept/README".to_owned(),
            ".leaving/a.pdf/0abc".to_owned(),
        ] {
            assert!(!is_note(&other), "{other}");
        }
    }
}
