//! A file that comes into the store in parts, over many requests and restarts.
//!
//! How far it is, and the state of its sums, are kept by the caller, who writes them down after each [`Part::sync`]:
//! what lies in the file beyond that was never acknowledged, and is cut off when the file is taken up again.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::incoming::{FILE_MODE, INCOMING, create_folders, move_into_place};
use super::sums::Sums;
use super::{Bucket, StorageKey, StoreError, Stored};

/// The ending of a part's name.
const ENDING: &str = ".part";
/// How much is read at a time where the sums must be made anew, in bytes.
const BLOCK: usize = 256 * 1024;

/// Why a part can't be taken up.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Somebody else is writing to it, in this process or another.
    #[error("another request writes to this part")]
    Busy,
    /// Bytes that were acknowledged are not there.
    #[error("the part has {actual} bytes, but {expected} were acknowledged")]
    Lost {
        /// How many bytes were acknowledged.
        expected: u64,
        /// How many there are.
        actual: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file that comes in in parts. As long as this lives, nobody else can write to it; dropped, the file stays.
#[derive(Debug)]
pub struct Part {
    root: PathBuf,
    /// Where it goes in the end, when that isn't the folder itself.
    bucket: Option<Bucket>,
    path: PathBuf,
    file: File,
    sums: Sums,
}

/// A moment in the life of a part to which it can be taken back.
#[derive(Debug, Clone)]
pub struct Mark {
    sums: Sums,
}

impl Mark {
    /// How many bytes there were.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.sums.length()
    }
}

fn path_of(root: &Path, name: &str) -> PathBuf {
    root.join(INCOMING).join(format!("{name}{ENDING}"))
}

impl Part {
    /// Opens the part `name`, made when it isn't there, for this caller alone. Its content is to be settled by
    /// [`Part::resume`] before anything is written.
    pub(super) fn open(root: &Path, bucket: Option<Bucket>, name: &str) -> Result<Part, PartError> {
        let failed = |cause| PartError::Store(StoreError::Write { root: root.to_owned(), cause });
        let path = path_of(root, name);
        create_folders(&root.join(INCOMING)).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(FILE_MODE);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(PartError::Busy),
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        Ok(Part { root: root.to_owned(), bucket, path, file, sums: Sums::default() })
    }

    /// Goes on from `at` acknowledged bytes, with the sums' state of that moment; whatever lies beyond is cut off.
    /// A state that can't be used costs reading the file once.
    ///
    /// # Errors
    /// [`PartError::Lost`] when acknowledged bytes are gone, [`PartError::Store`] when the file can't be used.
    pub fn resume(&mut self, at: u64, state: &str) -> Result<(), PartError> {
        let actual = self.file.metadata().map_err(|cause| self.failed(cause))?.len();
        if actual < at {
            return Err(PartError::Lost { expected: at, actual });
        }
        if actual > at {
            self.file.set_len(at).map_err(|cause| self.failed(cause))?;
        }
        self.sums = match Sums::from_state(state, at) {
            Some(sums) => sums,
            None => self.sum_anew(at).map_err(|cause| self.failed(cause))?,
        };
        self.file.seek(SeekFrom::Start(at)).map_err(|cause| self.failed(cause))?;
        Ok(())
    }

    fn sum_anew(&mut self, length: u64) -> io::Result<Sums> {
        self.file.seek(SeekFrom::Start(0))?;
        let (mut sums, mut block) = (Sums::default(), vec![0; BLOCK]);
        let mut left = (&self.file).take(length);
        loop {
            match left.read(&mut block)? {
                0 => return Ok(sums),
                read => sums.update(block.get(..read).unwrap_or_default()),
            }
        }
    }

    /// Writes `bytes` at the end. After an error the part is to be taken back to a mark, or dropped.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the disk is full or fails.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(|cause| self.write_error(cause))?;
        self.sums.update(bytes);
        Ok(())
    }

    /// Makes what was written durable; then its length and its state may be written down.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|cause| self.write_error(cause))
    }

    /// How many bytes it has.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.sums.length()
    }

    /// The state of its sums, as text to be kept with its length.
    #[must_use]
    pub fn state(&self) -> String {
        self.sums.state()
    }

    /// This moment, to come back to.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark { sums: self.sums.clone() }
    }

    /// Cuts off what was written since `mark`.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn back_to(&mut self, mark: &Mark) -> Result<(), StoreError> {
        self.file.set_len(mark.length()).map_err(|cause| self.write_error(cause))?;
        self.file.seek(SeekFrom::Start(mark.length())).map_err(|cause| self.write_error(cause))?;
        self.sums = mark.sums.clone();
        Ok(())
    }

    /// Where the bytes are, for a check that must see the whole file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key that [`Part::keep`] will give it.
    #[must_use]
    pub fn key(&self, extension: &str) -> StorageKey {
        StorageKey::for_content(&self.sums.sha256(), extension)
    }

    /// Makes the file durable and gives it its key; the part is gone then. See [`super::Incoming::keep`].
    ///
    /// # Errors
    /// [`StoreError::Write`] or [`StoreError::Bucket`]; the part stays then.
    pub fn keep(self, extension: &str) -> Result<Stored, StoreError> {
        let (sha256, length) = (self.sums.sha256(), self.sums.length());
        let key = StorageKey::for_content(&sha256, extension);
        match &self.bucket {
            Some(bucket) => bucket.keep(&self.path, &key, length)?,
            None => move_into_place(&self.root, &self.path, &self.file, length, &key)
                .map_err(|cause| self.write_error(cause))?,
        }
        let stored = Stored { key, sha256, crc32: self.sums.crc32(), length };
        // Still there when the store had these bytes already.
        let _ = fs::remove_file(&self.path);
        Ok(stored)
    }

    /// Removes the part with all its bytes.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn remove(self) -> Result<(), StoreError> {
        match fs::remove_file(&self.path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(self.write_error(cause)),
            _ => Ok(()),
        }
    }

    fn write_error(&self, cause: io::Error) -> StoreError {
        StoreError::Write { root: self.root.clone(), cause }
    }

    fn failed(&self, cause: io::Error) -> PartError {
        PartError::Store(self.write_error(cause))
    }
}

/// The names of all parts that there are.
pub(super) fn names(root: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(root.join(INCOMING)) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        if let Some(name) = name.to_str().and_then(|name| name.strip_suffix(ENDING)) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// Whether somebody writes to the part `name` now.
pub(super) fn is_busy(root: &Path, name: &str) -> bool {
    let Ok(file) = File::open(path_of(root, name)) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn resumed(root: &Path, at: u64, state: &str) -> Part {
        let mut part = Part::open(root, None, "a").unwrap();
        part.resume(at, state).unwrap();
        part
    }

    #[test]
    fn a_part_goes_on_where_it_was_acknowledged_with_and_without_its_state() {
        for with_state in [true, false] {
            let folder = folder();
            let mut part = resumed(folder.path(), 0, "");
            part.append(b"one ").unwrap();
            part.sync().unwrap();
            let (at, state) = (part.length(), part.state());
            part.append(b"never acknowledged").unwrap();
            drop(part);

            let mut part = resumed(folder.path(), at, if with_state { &state } else { "" });
            part.append(b"two").unwrap();
            let stored = part.keep("txt").unwrap();
            assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(b"one two")));
            assert_eq!(stored.crc32, Some(crc32fast::hash(b"one two")));
            assert_eq!(fs::read(folder.path().join(stored.key.as_str())).unwrap(), b"one two");
            assert_eq!(names(folder.path()).unwrap(), [""; 0]);
        }
    }

    #[test]
    fn only_one_writes_to_a_part() {
        let folder = folder();
        let part = resumed(folder.path(), 0, "");
        assert!(matches!(Part::open(folder.path(), None, "a"), Err(PartError::Busy)));
        assert!(is_busy(folder.path(), "a"));
        drop(part);
        assert!(!is_busy(folder.path(), "a"));
        assert_eq!(names(folder.path()).unwrap(), ["a"]);
        Part::open(folder.path(), None, "a").unwrap().remove().unwrap();
        assert_eq!(names(folder.path()).unwrap(), [""; 0]);
    }

    #[test]
    fn what_followed_a_mark_is_as_if_it_had_never_come() {
        let folder = folder();
        let mut part = resumed(folder.path(), 0, "");
        part.append(b"good").unwrap();
        let mark = part.mark();
        part.append(b" and bad").unwrap();
        part.back_to(&mark).unwrap();
        let stored = part.keep("txt").unwrap();
        assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(b"good")));
        assert_eq!(stored.crc32, Some(crc32fast::hash(b"good")));
    }

    #[test]
    fn acknowledged_bytes_that_are_gone_are_noticed() {
        let folder = folder();
        let mut part = Part::open(folder.path(), None, "a").unwrap();
        assert!(matches!(part.resume(5, ""), Err(PartError::Lost { expected: 5, actual: 0 })));
    }
}
