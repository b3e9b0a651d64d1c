//! Where the bytes of books live.
//!
//! A store keeps files under opaque [storage keys](StorageKey) and knows nothing of books, orders or viewers. Files
//! are immutable: new bytes get a new key, so that a download that is running never sees a file change under it.

mod bucket;
mod incoming;
mod key;
mod local;
mod open;
mod part;
mod strays;
mod sums;

pub use bucket::{Bucket, Object};
pub use incoming::{Incoming, Stored};
pub use key::{InvalidKey, StorageKey};
pub use local::Local;
pub use open::{Source, StoredFile};
pub use part::{Mark, Part, PartError};

use crate::config::{self, StorageKind};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The store that the settings name: a closed choice.
#[derive(Debug, Clone)]
pub enum Store {
    /// A folder on this machine.
    Local(Local),
    /// A bucket of a service that speaks S3.
    S3(Bucket),
}

/// How much of a source is read at a time, in bytes.
const BLOCK: usize = 256 * 1024;

impl Store {
    /// Opens the store that `settings` describe; a local store's folder is created when it isn't there.
    ///
    /// # Errors
    /// [`StoreError::Root`] when the folder can't be created, or isn't one; [`StoreError::Bucket`] when the bucket can't be
    /// addressed. That it is there is asked by [`Store::ready`].
    pub fn from_settings(settings: &config::Storage) -> Result<Store, StoreError> {
        match settings.kind {
            StorageKind::Local => Ok(Store::Local(Local::create(&settings.root)?)),
            StorageKind::S3 => Ok(Store::S3(Bucket::from_settings(settings)?)),
        }
    }

    /// Opens the file `key`, which must have `expected_len` bytes. Blocks on the disk: keep it off the async threads.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NotAFile`], [`StoreError::WrongLength`] or [`StoreError::Unreadable`];
    /// each means that the file can't be handed out, and each is something that the operator must hear of.
    pub fn open(&self, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
        match self {
            Store::Local(local) => local.open(key, expected_len),
            Store::S3(bucket) => bucket.open_blocking(key, expected_len),
        }
    }

    /// As [`Store::open`], for the async threads: what the system has in memory is opened here and now, which takes some
    /// microseconds, and less than it takes to wake another thread for it.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_async(&self, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
        match self {
            Store::Local(local) => {
                if let Some(stored) = local.open_at_once(key, expected_len) {
                    return Ok(stored);
                }
                let (local, wanted) = (local.clone(), key.clone());
                let opened = tokio::task::spawn_blocking(move || local.open(&wanted, expected_len)).await;
                let lost =
                    |cause| StoreError::Unreadable { key: key.clone(), cause: io::Error::other(cause) };
                opened.map_err(lost)?
            }
            Store::S3(bucket) => bucket.open(key, expected_len).await,
        }
    }

    /// All bytes of the file `key`, which must have `expected_len` of them: for what is known to be small. Blocks on
    /// the disk.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Unreadable`] when the bytes stop half-way.
    pub fn read(&self, key: &StorageKey, expected_len: u64) -> Result<Vec<u8>, StoreError> {
        match self {
            Store::Local(local) => local.read(key, expected_len),
            Store::S3(bucket) => bucket.read_blocking(key, expected_len),
        }
    }

    /// Gives all bytes of the file `key`, which must have `expected_len` of them, to `each`, block by block. Blocks on the
    /// disk.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Unreadable`] when the bytes stop half-way.
    pub fn each_block(
        &self,
        key: &StorageKey,
        expected_len: u64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        match self {
            Store::Local(local) => local.each_block(key, expected_len, each),
            Store::S3(bucket) => bucket.each_block(key, expected_len, |block| {
                each(block);
                Ok(())
            }),
        }
    }

    /// Has `look` see the whole file `key`, of `expected_len` bytes, by a path on this machine, good for that long.
    /// Blocks on the disk.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Write`] when there is no room for a copy.
    pub fn with_path<T>(
        &self,
        key: &StorageKey,
        expected_len: u64,
        look: impl FnOnce(&Path) -> T,
    ) -> Result<T, StoreError> {
        match self {
            Store::Local(local) => {
                local.open(key, expected_len)?;
                Ok(look(&local.path_of(key)))
            }
            Store::S3(bucket) => Ok(look(bucket.copy(key, expected_len)?.path())),
        }
    }

    /// Starts a new file, to be written, hashed and then kept under a key made of its content. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when no file can be created in the store.
    pub fn receive(&self) -> Result<Incoming, StoreError> {
        match self {
            Store::Local(local) => local.receive(),
            Store::S3(bucket) => bucket.receive(),
        }
    }

    /// Copies all of `source` into the store, with flat memory, under a key that ends in `.ext`. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] or [`StoreError::Bucket`] when `source` can't be read or the store can't be written; nothing
    /// is kept then.
    pub fn put(&self, mut source: impl io::Read, extension: &str) -> Result<Stored, StoreError> {
        let mut incoming = self.receive()?;
        let mut block = vec![0; BLOCK];
        loop {
            let read = match source.read(&mut block) {
                Ok(read) => read,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(incoming.write_error(cause)),
            };
            match block.get(..read) {
                Some(bytes) if !bytes.is_empty() => {
                    incoming.write_all(bytes).map_err(|cause| incoming.write_error(cause))?;
                }
                _ => return incoming.keep(extension),
            }
        }
    }

    /// Puts a file of `length` zeros that takes no room under a random key that ends in `.extension`: something large
    /// to look at. Its `sha256` is the key's, not the content's. None with a bucket, where nothing takes no room. Blocks
    /// on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the store can't be written, or its file system has no such files.
    pub fn put_sparse(&self, length: u64, extension: &str) -> Result<Option<Stored>, StoreError> {
        match self {
            Store::Local(local) => local.put_sparse(length, extension).map(Some),
            Store::S3(_) => Ok(None),
        }
    }

    /// Removes the file `key`; one that is not there is no error. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the file is there and can't be removed.
    pub fn remove(&self, key: &StorageKey) -> Result<(), StoreError> {
        match self {
            Store::Local(local) => local.remove(key),
            Store::S3(bucket) => bucket.remove(key),
        }
    }

    /// Opens the part `name` of a file that comes in over many requests, for this caller alone; made when it isn't
    /// there. `name` must be one of our own ids. Blocks on the disk.
    ///
    /// # Errors
    /// [`PartError::Busy`] when somebody else writes to it, or [`PartError::Store`].
    pub fn open_part(&self, name: &str) -> Result<Part, PartError> {
        match self {
            Store::Local(local) => local.open_part(name),
            Store::S3(bucket) => bucket.open_part(name),
        }
    }

    /// Whether somebody writes to the part `name` now. Blocks on the disk.
    pub fn is_part_busy(&self, name: &str) -> bool {
        match self {
            Store::Local(local) => local.is_part_busy(name),
            Store::S3(bucket) => bucket.waiting().is_part_busy(name),
        }
    }

    /// The names of all parts that there are. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the folder can't be read.
    pub fn parts(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Store::Local(local) => local.parts(),
            Store::S3(bucket) => bucket.waiting().parts(),
        }
    }

    /// How many bytes more the disk under the store takes. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the system doesn't say.
    pub fn room(&self) -> Result<u64, StoreError> {
        match self {
            Store::Local(local) => local.room(),
            Store::S3(bucket) => bucket.waiting().room(),
        }
    }

    /// Gives the keys of all files to `each`, some hundred at a time, until it fails. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] or [`StoreError::Bucket`] when the files can't be listed to their end, or that of `each`.
    pub fn each_bunch<E: From<StoreError>>(
        &self,
        each: impl FnMut(Vec<StorageKey>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Store::Local(local) => local.each_folder(each),
            Store::S3(bucket) => bucket.each_bunch(each),
        }
    }

    /// Removes the file `key` unless it was kept, or kept once more, within `age`; whether it is gone. Never goes on at
    /// the same time as the keeping of this file, in any process. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] or [`StoreError::Bucket`].
    pub fn remove_older(&self, key: &StorageKey, age: Duration) -> Result<bool, StoreError> {
        match self {
            Store::Local(local) => local.remove_older(key, age),
            Store::S3(bucket) => bucket.remove_older(key, age),
        }
    }

    /// Removes what files left that never came to their end, older than `age`, and says how many; parts stay. Blocks on
    /// the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn remove_incoming_older(&self, age: Duration) -> Result<usize, StoreError> {
        match self {
            Store::Local(local) => local.remove_incoming_older(age),
            Store::S3(bucket) => bucket.waiting().remove_incoming_older(age),
        }
    }

    /// Whether files can be read from the store and written to it now: for `/readyz`. Blocks on the disk.
    ///
    /// # Errors
    /// The [`StoreError`] that a reader or a writer would meet.
    pub fn ready(&self) -> Result<(), StoreError> {
        match self {
            Store::Local(local) => local.ready(),
            Store::S3(bucket) => bucket.ready(),
        }
    }

    /// The absolute real path of the folder of this machine that files are in; with a bucket, that they come in by.
    pub fn folder(&self) -> &Path {
        match self {
            Store::Local(local) => local.root(),
            Store::S3(bucket) => bucket.waiting().root(),
        }
    }

    /// The folder that the files are in, when they are in one of this machine's.
    pub fn local(&self) -> Option<&Local> {
        match self {
            Store::Local(local) => Some(local),
            Store::S3(_) => None,
        }
    }

    /// The bucket that the files are in, when they are in one.
    pub fn bucket(&self) -> Option<&Bucket> {
        match self {
            Store::Local(_) => None,
            Store::S3(bucket) => Some(bucket),
        }
    }
}

/// Why the store couldn't do as asked. The sentences are for the operator and name keys and paths: they go to the log
/// and to the start-up message, never to a customer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store's folder can't be used at all.
    #[error("The store's folder {} can't be used: {problem}.", root.display())]
    Root {
        /// The folder, as it was set or as it was resolved.
        root: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The bucket can't be used, or didn't take or give up what it should.
    #[error("The bucket {bucket} can't be used: {problem}.")]
    Bucket {
        /// The bucket and the folder in it.
        bucket: String,
        /// What is wrong with it.
        problem: String,
    },
    /// No file has this key.
    #[error("The store has no file {key}; restore it from a backup.")]
    Missing {
        /// The key that was asked for.
        key: StorageKey,
    },
    /// Something else than a regular file has this key, or a symbolic link lies on its way.
    #[error("The store's entry {key} isn't a regular file directly in the store (links are never followed).")]
    NotAFile {
        /// The key that was asked for.
        key: StorageKey,
    },
    /// The file isn't the one that was recorded.
    #[error(
        "The store's file {key} has {actual} bytes, but {expected} were recorded; restore it from a backup."
    )]
    WrongLength {
        /// The key that was asked for.
        key: StorageKey,
        /// The length in bytes that was recorded when the file came in.
        expected: u64,
        /// The length in bytes that it has.
        actual: u64,
    },
    /// The file is there, and can't be opened.
    #[error("The store's file {key} can't be read: {cause}.")]
    Unreadable {
        /// The key that was asked for.
        key: StorageKey,
        /// What the system said.
        cause: io::Error,
    },
    /// New bytes can't be kept, or old ones not removed.
    #[error("The store in {} can't be written: {cause}.", root.display())]
    Write {
        /// The store's folder.
        root: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}
