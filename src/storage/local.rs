//! A store in a local folder.

use super::incoming::create_folders;
use super::{
    BLOCK, Incoming, Part, PartError, StorageKey, StoreError, Stored, StoredFile, open, part, strays,
};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A folder that holds files under their storage keys.
#[derive(Debug, Clone)]
pub struct Local {
    root: PathBuf,
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

    /// The absolute real path of the folder that holds the files, without a slash at its end.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of the file `key`, for a web server that opens it by itself.
    pub fn path_of(&self, key: &StorageKey) -> PathBuf {
        self.root.join(key.as_str())
    }

    /// See [`super::Store::open`].
    pub(super) fn open(&self, key: &StorageKey, expected_len: u64) -> Result<StoredFile, StoreError> {
        open::open(&self.root, key, expected_len)
    }

    /// The file `key`, if it can be opened without waiting for the disk.
    pub(super) fn open_at_once(&self, key: &StorageKey, expected_len: u64) -> Option<StoredFile> {
        open::open_at_once(&self.root, key, expected_len)
    }

    /// See [`super::Store::receive`].
    pub(super) fn receive(&self) -> Result<Incoming, StoreError> {
        Incoming::create(self.root.clone(), None).map_err(|cause| self.write_error(cause))
    }

    /// See [`super::Store::read`].
    pub(super) fn read(&self, key: &StorageKey, expected_len: u64) -> Result<Vec<u8>, StoreError> {
        let (file, _) = open::regular(&self.root, key, expected_len)?;
        let mut bytes = Vec::with_capacity(usize::try_from(expected_len).unwrap_or(0));
        let read = (&file).read_to_end(&mut bytes);
        read.map_err(|cause| StoreError::Unreadable { key: key.clone(), cause })?;
        Ok(bytes)
    }

    /// See [`super::Store::each_block`].
    pub(super) fn each_block(
        &self,
        key: &StorageKey,
        expected_len: u64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), StoreError> {
        let unreadable = |cause| StoreError::Unreadable { key: key.clone(), cause };
        let (mut file, _) = open::regular(&self.root, key, expected_len)?;
        let (mut block, mut left) = (vec![0; BLOCK], expected_len);
        while left > 0 {
            let read = match file.read(&mut block) {
                Ok(0) => return Err(unreadable(io::ErrorKind::UnexpectedEof.into())),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(unreadable)?,
            };
            each(block.get(..read).unwrap_or_default());
            left = left.saturating_sub(read as u64);
        }
        Ok(())
    }

    /// See [`super::Store::put`].
    #[cfg(test)]
    pub(super) fn put(&self, source: impl io::Read, extension: &str) -> Result<Stored, StoreError> {
        super::Store::Local(self.clone()).put(source, extension)
    }

    /// See [`super::Store::put_sparse`].
    pub(super) fn put_sparse(&self, length: u64, extension: &str) -> Result<Stored, StoreError> {
        self.receive()?.keep_sparse(length, extension)
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

    /// See [`super::Store::open_part`].
    pub(super) fn open_part(&self, name: &str) -> Result<Part, PartError> {
        Part::open(&self.root, None, name)
    }

    /// See [`super::Store::is_part_busy`].
    pub(super) fn is_part_busy(&self, name: &str) -> bool {
        part::is_busy(&self.root, name)
    }

    /// See [`super::Store::parts`].
    pub(super) fn parts(&self) -> Result<Vec<String>, StoreError> {
        part::names(&self.root).map_err(|cause| self.write_error(cause))
    }

    /// See [`super::Store::room`].
    pub(super) fn room(&self) -> Result<u64, StoreError> {
        let room = rustix::fs::statvfs(&self.root).map_err(|cause| self.write_error(cause.into()))?;
        Ok(room.f_bavail.saturating_mul(room.f_frsize))
    }

    /// See [`super::Store::each_bunch`].
    pub(super) fn each_folder<E: From<StoreError>>(
        &self,
        each: impl FnMut(Vec<StorageKey>) -> Result<(), E>,
    ) -> Result<(), E> {
        strays::each_folder(&self.root, |cause| self.write_error(cause).into(), each)
    }

    /// See [`super::Store::remove_older`].
    pub(super) fn remove_older(&self, key: &StorageKey, age: Duration) -> Result<bool, StoreError> {
        strays::remove_older(&self.root, key, age).map_err(|cause| self.write_error(cause))
    }

    /// See [`super::Store::remove_incoming_older`].
    pub(super) fn remove_incoming_older(&self, age: Duration) -> Result<usize, StoreError> {
        strays::remove_incoming_older(&self.root, age).map_err(|cause| self.write_error(cause))
    }

    fn write_error(&self, cause: io::Error) -> StoreError {
        StoreError::Write { root: self.root.clone(), cause }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::super::incoming::INCOMING;
    use super::*;
    use sha2::{Digest, Sha256};
    use std::fs::File;
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;
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
        let Source::File(file) = local.open(&stored.key, stored.length).unwrap().source else {
            panic!("a file")
        };
        file.as_ref().read_to_string(&mut back).unwrap();
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
