//! Where the bytes of books live.
//!
//! A store keeps files under opaque [storage keys](StorageKey) and knows nothing of books, orders or viewers. Files
//! are immutable: new bytes get a new key, so that a download that is running never sees a file change under it.

mod incoming;
mod key;
mod local;
mod open;
mod part;
mod strays;

pub use incoming::{Incoming, Stored};
pub use key::{InvalidKey, StorageKey};
pub use local::Local;
pub use open::StoredFile;
pub use part::{Mark, Part, PartError};

use crate::config::{self, StorageKind};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The store that the settings name: a closed choice.
#[derive(Debug, Clone)]
pub enum Store {
    /// A folder on this machine.
    Local(Local),
}

impl Store {
    /// Opens the store that `settings` describe; a local store's folder is created when it isn't there.
    ///
    /// # Errors
    /// [`StoreError::Root`] when the folder can't be created, or isn't one.
    pub fn from_settings(settings: &config::Storage) -> Result<Store, StoreError> {
        match settings.kind {
            StorageKind::Local => Ok(Store::Local(Local::create(&settings.root)?)),
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
        }
    }

    /// Starts a new file, to be written, hashed and then kept under a key made of its content. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when no file can be created in the store.
    pub fn receive(&self) -> Result<Incoming, StoreError> {
        match self {
            Store::Local(local) => local.receive(),
        }
    }

    /// Copies all of `source` into the store, with flat memory, under a key that ends in `.ext`. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when `source` can't be read or the store can't be written; nothing is kept then.
    pub fn put(&self, source: impl io::Read, extension: &str) -> Result<Stored, StoreError> {
        match self {
            Store::Local(local) => local.put(source, extension),
        }
    }

    /// Removes the file `key`; one that is not there is no error. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the file is there and can't be removed.
    pub fn remove(&self, key: &StorageKey) -> Result<(), StoreError> {
        match self {
            Store::Local(local) => local.remove(key),
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
        }
    }

    /// Whether somebody writes to the part `name` now. Blocks on the disk.
    pub fn is_part_busy(&self, name: &str) -> bool {
        match self {
            Store::Local(local) => local.is_part_busy(name),
        }
    }

    /// The names of all parts that there are. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the folder can't be read.
    pub fn parts(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Store::Local(local) => local.parts(),
        }
    }

    /// How many bytes more the disk under the store takes. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`] when the system doesn't say.
    pub fn room(&self) -> Result<u64, StoreError> {
        match self {
            Store::Local(local) => local.room(),
        }
    }

    /// Gives the keys of all files to `each`, some hundred at a time, until it fails. Blocks on the disk.
    ///
    /// # Errors
    /// The disk's, or that of `each`.
    pub fn each_folder<E: From<io::Error>>(
        &self,
        each: impl FnMut(Vec<StorageKey>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Store::Local(local) => local.each_folder(each),
        }
    }

    /// Removes the file `key` unless it was kept, or kept once more, within `age`; whether it is gone. Never goes on at
    /// the same time as the keeping of a file, in any process. Blocks on the disk.
    ///
    /// # Errors
    /// [`StoreError::Write`].
    pub fn remove_older(&self, key: &StorageKey, age: Duration) -> Result<bool, StoreError> {
        match self {
            Store::Local(local) => local.remove_older(key, age),
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
        }
    }

    /// Whether files can be read from the store and written to it now: for `/readyz`. Blocks on the disk.
    ///
    /// # Errors
    /// The [`StoreError`] that a reader or a writer would meet.
    pub fn ready(&self) -> Result<(), StoreError> {
        match self {
            Store::Local(local) => local.ready(),
        }
    }

    /// The absolute path of the file `key`, for a web server that opens it by itself.
    pub fn path_of(&self, key: &StorageKey) -> PathBuf {
        match self {
            Store::Local(local) => local.path_of(key),
        }
    }

    /// The absolute real path of the folder that holds the files, without a slash at its end.
    pub fn root(&self) -> &Path {
        match self {
            Store::Local(local) => local.root(),
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
