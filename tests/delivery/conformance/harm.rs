//! What is done to a file in the store.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, UNIX_EPOCH};

use crate::servers;
use crate::shop::{FILE_TIME, Shop};

/// What a replaced file has: as many bytes as before.
pub const OTHER_WORDS: &[u8] = b"Other words, as many as before";

pub fn none(_: &Shop, _: &str) {}

/// Zeros follow, which take no room.
pub fn grow_to_5_gib(shop: &Shop, id: &str) {
    shop.make_longer(id, 5 << 30);
}

pub fn remove(shop: &Shop, id: &str) {
    fs::remove_file(shop.stored_path(id)).unwrap();
}

pub fn cut_short(shop: &Shop, id: &str) {
    fs::write(shop.stored_path(id), "All").unwrap();
}

/// A link to the same bytes outside of the store.
pub fn put_a_link(shop: &Shop, id: &str) {
    let (path, outside) = (shop.stored_path(id), shop.folder().join("outside"));
    fs::rename(&path, &outside).unwrap();
    symlink(&outside, &path).unwrap();
}

pub fn put_a_pipe(shop: &Shop, id: &str) {
    let path = shop.stored_path(id);
    fs::remove_file(&path).unwrap();
    let made = servers::run("mkfifo", |mkfifo| {
        mkfifo.arg(&path);
    });
    assert!(made.status.success());
}

pub fn put_a_folder(shop: &Shop, id: &str) {
    let path = shop.stored_path(id);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
}

pub fn close(shop: &Shop, id: &str) {
    fs::set_permissions(shop.stored_path(id), Permissions::from_mode(0o000)).unwrap();
}

/// Other bytes, as many, an hour younger.
pub fn replace(shop: &Shop, id: &str) {
    let path = shop.stored_path(id);
    let new = path.with_extension("new");
    assert_eq!(fs::metadata(&path).unwrap().len(), OTHER_WORDS.len() as u64);
    fs::write(&new, OTHER_WORDS).unwrap();
    fs::set_permissions(&new, Permissions::from_mode(0o644)).unwrap();
    let later = UNIX_EPOCH + FILE_TIME + Duration::from_secs(3600);
    File::options().write(true).open(&new).unwrap().set_modified(later).unwrap();
    fs::rename(&new, &path).unwrap();
}
