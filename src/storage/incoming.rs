//! A file on its way into the store.

use super::sums::Sums;
use super::{Bucket, StorageKey, StoreError};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folder under the root where files are written before they have their key. No key can name it.
pub(super) const INCOMING: &str = ".incoming";
/// Folders may be entered by the store's group, which is how a web server reads them.
const FOLDER_MODE: u32 = 0o750;
/// Files may be read by the store's group, and by nobody else.
pub(super) const FILE_MODE: u32 = 0o640;

/// A file that the store now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the store.
    pub key: StorageKey,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The CRC-32 of its bytes, when all of them came by while it was computed.
    pub crc32: Option<u32>,
    /// Its length in bytes.
    pub length: u64,
}

impl Stored {
    /// A file of `length` bytes that the store was found to hold, and whose part had this
    /// [`super::Part::state`] at its end; none for a key that doesn't tell the content.
    #[must_use]
    pub fn found(key: StorageKey, length: u64, state: &str) -> Option<Stored> {
        let crc32 = Sums::from_state(state, length).and_then(|sums| sums.crc32());
        Some(Stored { sha256: key.content()?, key, crc32, length })
    }
}

/// A file on its way into the store: what is written to it is hashed and counted, and it has no key yet.
///
/// Dropped before [`Incoming::keep`], it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    root: PathBuf,
    /// Where it goes in the end, when that isn't the folder itself.
    bucket: Option<Bucket>,
    path: PathBuf,
    file: File,
    sums: Sums,
}

impl Incoming {
    pub(super) fn create(root: PathBuf, bucket: Option<Bucket>) -> io::Result<Incoming> {
        // Only `create_new` proves that the name is ours; two of 128 random bits don't meet.
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let folder = root.join(INCOMING);
        create_folders(&folder)?;
        let path = folder.join(format!("{:032x}", u128::from_ne_bytes(random)));
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&path)?;
        Ok(Incoming { root, bucket, path, file, sums: Sums::default() })
    }

    /// How many bytes were written so far.
    pub fn length(&self) -> u64 {
        self.sums.length()
    }

    /// Where the bytes are until they are kept, for a check that must see the whole file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file durable and gives it its key. After this it survives a power cut.
    ///
    /// When the store already holds these bytes, the older file stays as it is: its time, and so its ETag, is
    /// what paused downloads have seen.
    ///
    /// # Errors
    /// [`StoreError::Write`] or [`StoreError::Bucket`]; nothing is kept then.
    pub fn keep(self, extension: &str) -> Result<Stored, StoreError> {
        let (sha256, length) = (self.sums.sha256(), self.sums.length());
        let key = StorageKey::for_content(&sha256, extension);
        match &self.bucket {
            Some(bucket) => bucket.keep(&self.path, &key, length)?,
            None => move_into_place(&self.root, &self.path, &self.file, length, &key)
                .map_err(|cause| self.write_error(cause))?,
        }
        Ok(Stored { key, sha256, crc32: self.sums.crc32(), length })
    }

    /// Keeps it as `length` zeros that take no room, under a random key that ends in `.extension`.
    ///
    /// # Errors
    /// [`StoreError::Write`]; nothing is kept then.
    pub(super) fn keep_sparse(self, length: u64, extension: &str) -> Result<Stored, StoreError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|cause| self.write_error(io::Error::other(cause)))?;
        self.file.set_len(length).map_err(|cause| self.write_error(cause))?;
        let key = StorageKey::for_content(&random, extension);
        move_into_place(&self.root, &self.path, &self.file, length, &key)
            .map_err(|cause| self.write_error(cause))?;
        Ok(Stored { key, sha256: random, crc32: None, length })
    }

    /// What went wrong while it came in.
    pub(super) fn write_error(&self, cause: io::Error) -> StoreError {
        StoreError::Write { root: self.root.clone(), cause }
    }
}

/// Makes a file below [`INCOMING`] durable and gives it its key, unless the store has these bytes already.
pub(super) fn move_into_place(
    root: &Path,
    path: &Path,
    file: &File,
    length: u64,
    key: &StorageKey,
) -> io::Result<()> {
    let target = root.join(key.as_str());
    // Nobody clears strays away meanwhile.
    let lock = lock_file(root)?;
    lock.lock_shared()?;
    if fs::symlink_metadata(&target).is_ok_and(|there| there.is_file() && there.len() == length) {
        // Its time stays; only that it was touched now shows, to whoever clears strays away.
        return fs::set_permissions(&target, fs::Permissions::from_mode(FILE_MODE));
    }
    // Set once more in full: the umask may have taken the group's right away.
    file.set_permissions(fs::Permissions::from_mode(FILE_MODE))?;
    file.sync_all()?;
    let folder = target.parent().unwrap_or(root);
    create_folders(folder)?;
    fs::rename(path, &target)?;
    sync_folder(folder)
}

/// The folder of what comes in, opened for its lock: shared by those who keep files, held alone by whoever
/// clears strays away.
pub(super) fn lock_file(root: &Path) -> io::Result<File> {
    let folder = root.join(INCOMING);
    create_folders(&folder)?;
    File::open(folder)
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sums.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // Already renamed away when it was kept.
        let _ = fs::remove_file(&self.path);
    }
}

/// Creates `folder` and what lacks above it, each with mode 0750 (and the set-group-id bit where the folder
/// above has it), each durable.
pub(super) fn create_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folders(parent)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        // Somebody else was faster.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
        result => result?,
    }
    // The umask may have taken the group's right away; the set-group-id bit comes from the folder above.
    let mode = fs::metadata(folder)?.permissions().mode() & 0o7000;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode | FOLDER_MODE))?;
    sync_folder(parent)
}

/// Makes the names in `folder` survive a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
