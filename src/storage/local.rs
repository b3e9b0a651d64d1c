//! A store in a local folder.

use super::{StorageKey, StoreError, StoredFile, open};
use sha2::{Digest, Sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folder under the root where files are written before they have their key. No key can name it.
const INCOMING: &str = ".incoming";
/// Folders may be entered by the store's group, which is how a web server reads them.
const FOLDER_MODE: u32 = 0o750;
/// Files may be read by the store's group, and by nobody else.
const FILE_MODE: u32 = 0o640;
/// How much of a source is read at a time, in bytes.
const BLOCK: usize = 256 * 1024;

/// A folder that holds files under their storage keys.
#[derive(Debug, Clone)]
pub struct Local {
    root: PathBuf,
}

/// A file that the store now holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the store.
    pub key: StorageKey,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its length in bytes.
    pub length: u64,
}

impl Local {
    /// Opens the folder `root`, and creates it (mode 0750) when it isn't there.
    pub(super) fn create(root: &Path) -> Result<Local, StoreError> {
        let problem = |problem: String| StoreError::Root { root: root.to_owned(), problem };
        if !root.exists() {
            create_folders(root).map_err(|cause| problem(format!("it can't be created ({cause})")))?;
        }
        let root = root.canonicalize().map_err(|cause| problem(cause.to_string()))?;
        if !root.is_dir() {
            return Err(problem("it isn't a folder".to_owned()));
        }
        Ok(Local { root })
    }

    /// The absolute real path of the folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// See [`super::Store::path_of`].
    pub(super) fn path_of(&self, key: &StorageKey) -> PathBuf {
        self.root.join(key.as_str())
    }

    /// See [`super::Store::open`].
    pub(super) fn open(&self, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
        open::open(&self.root, key, expected_len)
    }

    /// See [`super::Store::receive`].
    pub(super) fn receive(&self) -> Result<Incoming, StoreError> {
        Incoming::create(self.root.clone()).map_err(|cause| self.write_error(cause))
    }

    /// See [`super::Store::put`].
    pub(super) fn put(&self, mut source: impl Read, extension: &str) -> Result<Stored, StoreError> {
        let mut incoming = self.receive()?;
        let mut block = vec![0; BLOCK];
        loop {
            let read = match source.read(&mut block) {
                Ok(read) => read,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(self.write_error(cause)),
            };
            match block.get(..read) {
                Some(bytes) if !bytes.is_empty() => {
                    incoming.write_all(bytes).map_err(|cause| self.write_error(cause))?;
                }
                _ => return incoming.keep(extension),
            }
        }
    }

    /// See [`super::Store::remove`].
    pub(super) fn remove(&self, key: &StorageKey) -> Result<(), StoreError> {
        match fs::remove_file(self.path_of(key)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(self.write_error(cause)),
            _ => Ok(()),
        }
    }

    /// See [`super::Store::ready`].
    pub(super) fn ready(&self) -> Result<(), StoreError> {
        let problem =
            |cause: io::Error| StoreError::Root { root: self.root.clone(), problem: cause.to_string() };
        fs::read_dir(&self.root).map_err(problem)?;
        // Access rights, quotas and read-only mounts show only when something is written.
        self.receive().map(drop)
    }

    fn write_error(&self, cause: io::Error) -> StoreError {
        StoreError::Write { root: self.root.clone(), cause }
    }
}

/// A file on its way into the store: what is written to it is hashed and counted, and it has no key yet.
///
/// Dropped before [`Incoming::keep`], it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    root: PathBuf,
    path: PathBuf,
    file: File,
    hash: Sha256,
    length: u64,
}

impl Incoming {
    fn create(root: PathBuf) -> io::Result<Incoming> {
        // Only `create_new` proves that the name is ours; two of 128 random bits don't meet.
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let folder = root.join(INCOMING);
        create_folders(&folder)?;
        let path = folder.join(format!("{:032x}", u128::from_ne_bytes(random)));
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&path)?;
        Ok(Incoming { root, path, file, hash: Sha256::new(), length: 0 })
    }

    /// How many bytes were written so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the bytes are until they are kept, for a check that must see the whole file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file durable and gives it its key. After this it survives a power cut.
    ///
    /// When the store already holds these bytes, the older file stays as it is: its time, and so its ETag, is what
    /// paused downloads have seen.
    ///
    /// # Errors
    /// [`StoreError::Write`]; nothing is kept then.
    pub fn keep(self, extension: &str) -> Result<Stored, StoreError> {
        let sha256: [u8; 32] = self.hash.clone().finalize().into();
        let key = StorageKey::for_content(&sha256, extension);
        self.move_to(&self.root.join(key.as_str()))
            .map_err(|cause| StoreError::Write { root: self.root.clone(), cause })?;
        Ok(Stored { key, sha256, length: self.length })
    }

    fn move_to(&self, target: &Path) -> io::Result<()> {
        if fs::symlink_metadata(target).is_ok_and(|there| there.is_file() && there.len() == self.length) {
            return Ok(());
        }
        // Set once more in full: the umask may have taken the group's right away.
        self.file.set_permissions(fs::Permissions::from_mode(FILE_MODE))?;
        self.file.sync_all()?;
        let folder = target.parent().unwrap_or(&self.root);
        create_folders(folder)?;
        fs::rename(&self.path, target)?;
        sync_folder(folder)
    }
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.length += written as u64;
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

/// Creates `folder` and what lacks above it, each with mode 0750 (and the set-group-id bit where the folder above
/// has it), each durable.
fn create_folders(folder: &Path) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn local() -> (tempfile::TempDir, Local) {
        let folder = tempfile::tempdir().unwrap();
        let local = Local::create(&folder.path().join("data/store")).unwrap();
        (folder, local)
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn stored_bytes_come_back_under_a_key_of_their_content() {
        let (_folder, local) = local();
        let bytes = "A chapter. ".repeat(100_000);
        let stored = local.put(bytes.as_bytes(), "epub").unwrap();

        assert_eq!(stored.length, bytes.len() as u64);
        assert_eq!(stored.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        assert_eq!(stored.key, StorageKey::for_content(&stored.sha256, "epub"));
        let mut back = String::new();
        local.open(&stored.key, stored.length).unwrap().file.read_to_string(&mut back).unwrap();
        assert!(back == bytes);
    }

    #[test]
    fn only_the_owner_and_the_group_can_read_the_store() {
        let (_folder, local) = local();
        let path = local.path_of(&local.put(&b"x"[..], "pdf").unwrap().key);
        assert_eq!(mode(&path), 0o640);
        assert_eq!(mode(path.parent().unwrap()), 0o750);
        assert_eq!(mode(local.root()), 0o750);
    }

    #[test]
    fn the_groups_of_the_stores_folder_pass_on_to_what_is_put_into_it() {
        let (_folder, local) = local();
        fs::set_permissions(local.root(), fs::Permissions::from_mode(0o2750)).unwrap();
        let path = local.path_of(&local.put(&b"x"[..], "pdf").unwrap().key);
        assert_eq!(mode(path.parent().unwrap()), 0o2750);
    }

    #[test]
    fn the_same_bytes_are_kept_once_and_their_time_stays() {
        let (_folder, local) = local();
        let first = local.put(&b"same"[..], "pdf").unwrap();
        let path = local.path_of(&first.key);
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();

        assert_eq!(local.put(&b"same"[..], "pdf").unwrap(), first);

        assert_eq!(local.open(&first.key, 4).unwrap().modified, then);
        assert_eq!(fs::read_dir(local.root().join(INCOMING)).unwrap().count(), 0);
    }

    #[test]
    fn a_file_that_stops_half_way_leaves_nothing_behind() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let (_folder, local) = local();
        assert!(matches!(local.put((&b"half"[..]).chain(Broken), "pdf"), Err(StoreError::Write { .. })));
        assert_eq!(fs::read_dir(local.root().join(INCOMING)).unwrap().count(), 0);
        assert_eq!(fs::read_dir(local.root()).unwrap().count(), 1, "only the folder for what comes in");
    }

    #[test]
    fn removing_twice_is_harmless() {
        let (_folder, local) = local();
        let stored = local.put(&b"x"[..], "pdf").unwrap();
        local.remove(&stored.key).unwrap();
        local.remove(&stored.key).unwrap();
        assert!(matches!(local.open(&stored.key, 1), Err(StoreError::Missing { .. })));
    }

    #[test]
    fn a_store_that_cannot_be_used_says_so() {
        let (folder, local) = local();
        local.ready().unwrap();
        fs::remove_dir_all(local.root()).unwrap();
        fs::write(local.root(), "a file where the folder was").unwrap();
        assert!(local.ready().is_err());

        fs::write(folder.path().join("file"), "").unwrap();
        let refusal = Local::create(&folder.path().join("file")).unwrap_err().to_string();
        assert!(refusal.ends_with("can't be used: it isn't a folder."), "{refusal}");
        let refusal = Local::create(&folder.path().join("file/store")).unwrap_err().to_string();
        assert!(refusal.contains("it can't be created"), "{refusal}");
    }
}
