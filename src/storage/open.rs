//! Opening a file of the store without being led out of it.
//!
//! Web servers follow symbolic links out of their folder, and some hang on a FIFO. So we look first: only a regular
//! file that is reached from the root without any link is handed out.

use super::{Object, StorageKey, StoreError};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A file of the store that was found as it was recorded.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Where its bytes come from.
    pub source: Source,
    /// Its length in bytes.
    pub length: u64,
    /// When it was written, in whole seconds since 1970, as web servers see it.
    pub modified: SystemTime,
}

/// Where the bytes of a stored file come from. Cloning is cheap; all clones are the same bytes.
#[derive(Debug, Clone)]
pub enum Source {
    /// A regular file of this machine, open for reading: length and time were taken from this one handle.
    File(Arc<File>),
    /// An object in a bucket.
    Object(Object),
}

/// How every entry is opened: never following a link at its end, and never waiting for the other end of a FIFO.
const FLAGS: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC).union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK);

/// How a key is followed: never out of the store, and never by a link.
#[cfg(target_os = "linux")]
const BENEATH: rustix::fs::ResolveFlags = rustix::fs::ResolveFlags::BENEATH
    .union(rustix::fs::ResolveFlags::NO_SYMLINKS)
    .union(rustix::fs::ResolveFlags::NO_MAGICLINKS);

/// How a folder is opened, only to look into it by name.
#[cfg(target_os = "linux")]
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// Opens `key` under `root`. See [`super::Store::open`].
pub(super) fn open(root: &Path, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
    let (file, modified) = regular(root, key, expected_len)?;
    Ok(StoredFile { source: Source::File(Arc::new(file)), length: expected_len, modified })
}

/// As [`open`], where nothing needs to be waited for: all of the path is in the system's memory. Nothing when it isn't, or
/// when anything is wrong, which [`open`] then finds out.
pub(super) fn open_at_once(root: &Path, key: &StorageKey, expected_len: u64) -> Option<StoredFile> {
    let file = open_cached(root, key)?;
    let (file, modified) = inspect(File::from(file), key, expected_len).ok()?;
    Some(StoredFile { source: Source::File(Arc::new(file)), length: expected_len, modified })
}

/// The open file `key` under `root`, and its time in whole seconds.
pub(super) fn regular(
    root: &Path,
    key: &StorageKey,
    expected_len: u64,
) -> Result<(File, SystemTime), StoreError> {
    let file = open_beneath(root, key).map_err(|errno| match errno {
        Errno::NOENT => StoreError::Missing { key: key.clone() },
        // A link, a way out, a file where a folder should be, a socket.
        Errno::LOOP | Errno::XDEV | Errno::NOTDIR | Errno::NXIO => StoreError::NotAFile { key: key.clone() },
        other => StoreError::Unreadable { key: key.clone(), cause: other.into() },
    })?;
    inspect(File::from(file), key, expected_len)
}

/// Checks what was opened: a regular file, as long as was recorded.
fn inspect(file: File, key: &StorageKey, expected_len: u64) -> Result<(File, SystemTime), StoreError> {
    let unreadable = |cause: io::Error| StoreError::Unreadable { key: key.clone(), cause };
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(StoreError::NotAFile { key: key.clone() });
    }
    let length = metadata.len();
    if length != expected_len {
        return Err(StoreError::WrongLength { key: key.clone(), expected: expected_len, actual: length });
    }
    let modified = whole_seconds(metadata.modified().map_err(unreadable)?);
    Ok((file, modified))
}

/// `time` without its fraction of a second; a time before 1970 counts as 1970.
pub(super) fn whole_seconds(time: SystemTime) -> SystemTime {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Opens the root, and `key` beneath it.
///
/// The root is opened each time, so that a store that was restored or mounted anew is seen; links on the way *to* the
/// root are the operator's own choice.
fn open_beneath(root: &Path, key: &StorageKey) -> Result<OwnedFd, Errno> {
    let root = rustix::fs::open(root, FOLDER, Mode::empty())?;
    #[cfg(target_os = "linux")]
    {
        match rustix::fs::openat2(&root, key.as_str(), FLAGS, Mode::empty(), BENEATH) {
            // Kernels before 5.6 don't know the call, and older container runtimes forbid what they don't know.
            Err(Errno::NOSYS | Errno::PERM) => {}
            result => return result,
        }
    }
    walk_beneath(root, key)
}

/// As [`open_beneath`], from what the system has in memory (`RESOLVE_CACHED`, Linux 5.12).
#[cfg(target_os = "linux")]
fn open_cached(root: &Path, key: &StorageKey) -> Option<OwnedFd> {
    use rustix::fs::{CWD, ResolveFlags, openat2};
    let root = openat2(CWD, root, FOLDER, Mode::empty(), ResolveFlags::CACHED).ok()?;
    let resolve = BENEATH | ResolveFlags::CACHED;
    openat2(&root, key.as_str(), FLAGS, Mode::empty(), resolve).ok()
}

#[cfg(not(target_os = "linux"))]
fn open_cached(_root: &Path, _key: &StorageKey) -> Option<OwnedFd> {
    None
}

/// As `openat2` does it, for systems without it: one segment after the other, none of which may be a link.
fn walk_beneath(root: impl AsFd, key: &StorageKey) -> Result<OwnedFd, Errno> {
    let (folders, name) = key.as_str().rsplit_once('/').unwrap_or(("", key.as_str()));
    let mut folder: Option<OwnedFd> = None;
    for segment in folders.split('/').filter(|segment| !segment.is_empty()) {
        let at = folder.as_ref().map_or_else(|| root.as_fd(), AsFd::as_fd);
        folder = Some(rustix::fs::openat(at, segment, FOLDER | OFlags::NOFOLLOW, Mode::empty())?);
    }
    let at = folder.as_ref().map_or_else(|| root.as_fd(), AsFd::as_fd);
    rustix::fs::openat(at, name, FLAGS, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    /// A store with `a/book.pdf` (5 bytes) and a file beside the store that must never be reached.
    fn store() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        fs::create_dir_all(root.join("a")).unwrap();
        fs::write(root.join("a/book.pdf"), "bytes").unwrap();
        fs::write(folder.path().join("secret"), "12345").unwrap();
        (folder, root)
    }

    /// Both ways to open, so that the fallback is held to the same rules.
    fn both_ways(root: &Path, key: &str) -> [Result<(File, SystemTime), Errno>; 2] {
        let key: StorageKey = key.parse().unwrap();
        let handle = rustix::fs::open(root, FOLDER, Mode::empty()).unwrap();
        [open_beneath(root, &key), walk_beneath(handle, &key)]
            .map(|fd| fd.and_then(|fd| inspect(File::from(fd), &key, 5).map_err(|_| Errno::INVAL)))
    }

    #[test]
    fn a_regular_file_is_opened_with_its_length_and_time() {
        let (_folder, root) = store();
        for opened in both_ways(&root, "a/book.pdf") {
            let (file, modified) = opened.unwrap();
            assert_eq!(file.metadata().unwrap().len(), 5);
            assert_eq!(modified.duration_since(UNIX_EPOCH).unwrap().subsec_nanos(), 0);
        }
    }

    #[test]
    fn a_symbolic_link_is_never_followed() {
        let (folder, root) = store();
        symlink(folder.path().join("secret"), root.join("outside")).unwrap();
        symlink("a/book.pdf", root.join("inside")).unwrap();
        symlink(folder.path(), root.join("folder")).unwrap();
        symlink("a", root.join("b")).unwrap();
        for key in ["outside", "inside", "folder/secret", "b/book.pdf"] {
            for opened in both_ways(&root, key) {
                assert!(opened.is_err(), "{key}");
            }
            let refusal = open(&root, &key.parse().unwrap(), 5).unwrap_err();
            assert!(matches!(refusal, StoreError::NotAFile { .. }), "{key}: {refusal}");
        }
    }

    #[test]
    fn what_is_no_regular_file_is_refused_without_waiting_for_it() {
        let (_folder, root) = store();
        rustix::fs::mknodat(rustix::fs::CWD, root.join("fifo"), rustix::fs::FileType::Fifo, Mode::RUSR, 0)
            .unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        for key in ["fifo", "socket", "a", "a/book.pdf/x"] {
            let refusal = open(&root, &key.parse().unwrap(), 5).unwrap_err();
            assert!(matches!(refusal, StoreError::NotAFile { .. }), "{key}: {refusal}");
        }
    }

    #[test]
    fn a_file_that_is_gone_or_has_changed_is_refused_by_name() {
        let (_folder, root) = store();
        let gone = open(&root, &"a/gone.pdf".parse().unwrap(), 5).unwrap_err();
        assert!(matches!(gone, StoreError::Missing { .. }));
        let shorter = open(&root, &"a/book.pdf".parse().unwrap(), 6).unwrap_err();
        assert_eq!(
            shorter.to_string(),
            "The store's file a/book.pdf has 5 bytes, but 6 were recorded; restore it from a backup."
        );
    }
}
