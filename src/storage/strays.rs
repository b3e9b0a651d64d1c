//! Finding and removing files of a local store that nobody needs any more.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::StorageKey;
use super::incoming::{INCOMING, lock_file};

/// The keys of all files in the store, one folder of it at a time; stops at the first error of `each`, and at one of the
/// disk's, of which `failed` makes one.
pub(super) fn each_folder<E>(
    root: &Path,
    failed: impl Fn(io::Error) -> E,
    mut each: impl FnMut(Vec<StorageKey>) -> Result<(), E>,
) -> Result<(), E> {
    for first in folders(root).map_err(&failed)? {
        let keys = keys(root, &first).map_err(&failed)?;
        if !keys.is_empty() {
            each(keys)?;
        }
    }
    Ok(())
}

/// The keys of the files in one folder of the store.
fn keys(root: &Path, first: &str) -> io::Result<Vec<StorageKey>> {
    let mut keys = Vec::new();
    for second in folders(&root.join(first))? {
        for entry in fs::read_dir(root.join(first).join(&second))? {
            let entry = entry?;
            let key = entry.file_name().to_str().map(|name| format!("{first}/{second}/{name}"));
            if let Some(Ok(key)) = key.map(|key| key.parse())
                && entry.file_type()?.is_file()
            {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

/// The folders that keys are made of: two digits each.
fn folders(parent: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str()
            && name.len() == 2
            && entry.file_type()?.is_dir()
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Removes the file `key` unless it was kept, or kept anew, within `age`; whether it is gone.
pub(super) fn remove_older(root: &Path, key: &StorageKey, age: Duration) -> io::Result<bool> {
    let lock = lock_file(root)?;
    lock.lock()?;
    let path = root.join(key.as_str());
    match fs::symlink_metadata(&path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(cause),
        // Its time is what downloads saw; its change is when it was last kept.
        Ok(there) if is_within(at(there.ctime()), age) => Ok(false),
        Ok(_) => fs::remove_file(path).map(|()| true),
    }
}

/// Removes what whole files left that never came to their end, older than `age`; parts stay.
pub(super) fn remove_incoming_older(root: &Path, age: Duration) -> io::Result<usize> {
    let mut removed = 0;
    let entries = match fs::read_dir(root.join(INCOMING)) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let is_ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match entry.metadata() {
            Ok(there) if is_ours && there.is_file() && !is_within(at(there.mtime()), age) => {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
            _ => {}
        }
    }
    Ok(removed)
}

/// The time of so many seconds since 1970.
fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
}

/// Whether `time` is less than `age` ago. A time to come counts as now.
pub(super) fn is_within(time: SystemTime, age: Duration) -> bool {
    time.elapsed().unwrap_or_default() < age
}

#[cfg(test)]
mod tests {
    use super::super::Local;
    use super::*;

    #[test]
    fn a_file_that_was_just_kept_anew_is_no_stray() {
        let folder = tempfile::tempdir().unwrap();
        let local = Local::create(folder.path()).unwrap();
        let key = local.put(&b"a book"[..], "pdf").unwrap().key;
        let path = local.path_of(&key);
        let old = SystemTime::now() - Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();

        local.put(&b"a book"[..], "pdf").unwrap();
        assert!(!remove_older(local.root(), &key, Duration::from_secs(600)).unwrap());
        assert!(path.exists());
        assert!(remove_older(local.root(), &key, Duration::ZERO).unwrap());
        assert!(!path.exists());
        assert!(remove_older(local.root(), &key, Duration::ZERO).unwrap());
    }

    #[test]
    fn every_file_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let local = Local::create(folder.path()).unwrap();
        let mut keys: Vec<_> = (0..20_u8).map(|n| local.put(&[n][..], "pdf").unwrap().key).collect();
        let half = local.receive().unwrap();
        fs::write(folder.path().join("README"), "not ours").unwrap();
        let mut found = Vec::new();
        let failed = |cause: io::Error| cause;
        each_folder(local.root(), failed, |some| {
            found.extend(some);
            Ok(())
        })
        .unwrap();
        keys.sort();
        found.sort();
        assert_eq!(found, keys);
        assert_eq!(remove_incoming_older(local.root(), Duration::from_secs(600)).unwrap(), 0);
        assert_eq!(remove_incoming_older(local.root(), Duration::ZERO).unwrap(), 1);
        drop(half);
    }
}
