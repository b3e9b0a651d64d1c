//! What nothing needs is cleared out of a bucket, and nothing else, whoever else is at it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use bookplate::clock::Clock;
use bookplate::config::{Storage, Uploads};
use bookplate::storage::{StorageKey, Store, StoreError};
use bookplate::uploads::Intake;
use chrono::TimeDelta;

use crate::bucket::{empty_shop, files};
use crate::gate::{Gate, answer};
use crate::shop::Shop;

const HOUR: Duration = Duration::from_secs(3600);

/// Clears strays away as the shop's task does, so many days after they were first seen.
fn sweep(shop: &Shop, store: &Store, days: i64) -> Result<usize, String> {
    let clock = Clock::system();
    let clock = Clock::at(clock.now() + TimeDelta::days(days));
    let intake = Intake::new(&shop.db, store, &clock, &Uploads::default());
    intake.remove_strays(TimeDelta::days(2), HOUR).map_err(|error| format!("{error}: {error:?}"))
}

/// Has all files below `folder` been written some days ago.
fn age(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            age(&entry.path());
        } else {
            let file = File::options().write(true).open(entry.path()).unwrap();
            file.set_modified(SystemTime::now() - 100 * HOUR).unwrap();
        }
    }
}

fn put(shop: &Shop, bytes: &[u8], extension: &str) -> StorageKey {
    shop.store.put(bytes, extension).unwrap().key
}

fn write(path: PathBuf) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "not the shop's").unwrap();
}

#[test]
fn a_file_that_nothing_needs_leaves_the_bucket_after_its_time_and_nothing_else_does() {
    let shop = empty_shop();
    let (service, ours) = (shop.folder().join("s3"), shop.store_folder());
    // A book whose title is gone, and the canary of a program that was killed.
    let strays = [put(&shop, b"nobody's", "epub"), put(&shop, b"a canary's", "canary")];
    let other = StorageKey::for_content(&[7; 32], "pdf");
    for name in ["README.txt", "notes/a.pdf", &format!("ab/cd/{}.pdf", "07".repeat(32))] {
        write(ours.join(name));
    }
    // Beside the shop's folder lies what looks the same.
    write(ours.with_file_name("files-of-another").join(other.as_str()));
    write(ours.parent().unwrap().join(other.as_str()));
    let before = files(&service);

    assert_eq!(sweep(&shop, &shop.store, 0), Ok(0), "first seen");
    assert_eq!(sweep(&shop, &shop.store, 3), Ok(0), "their rows may be on their way");
    age(&service);
    assert_eq!(sweep(&shop, &shop.store, 1), Ok(0), "a backup may be on its way");
    assert_eq!(files(&service), before);
    assert_eq!(sweep(&shop, &shop.store, 3), Ok(2));
    let is_left = |name: &String| strays.iter().all(|key| !name.ends_with(key.as_str()));
    assert_eq!(files(&service), before.into_iter().filter(is_left).collect::<Vec<_>>());
    assert_eq!(shop.ask("GET", "book", &[]).body, b"Emma");
}

#[test]
fn more_files_than_a_service_lists_at_once_are_all_seen() {
    let shop = empty_shop();
    let keys: Vec<StorageKey> = (0..1_203_u32)
        .map(|number| {
            let mut hash = [0xcd; 32];
            hash[28..].copy_from_slice(&number.to_be_bytes());
            StorageKey::for_content(&hash, "pdf")
        })
        .collect();
    for key in &keys {
        write(shop.store_folder().join(key.as_str()));
    }
    let continued = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&continued);
    let gate = Gate::before(shop.service.as_ref().unwrap().address, move |head| {
        counter.fetch_add(usize::from(head.contains("continuation-token")), Ordering::Relaxed);
        None
    });
    let settings = Storage { s3_endpoint: gate.endpoint(), ..shop.storage.clone() };
    let mut found = Vec::new();
    let seen = Store::from_settings(&settings).unwrap().each_bunch(|keys| {
        assert!(keys.len() <= 500, "{} at a time", keys.len());
        found.extend(keys);
        Ok::<(), StoreError>(())
    });
    seen.unwrap();
    assert_eq!(continued.load(Ordering::Relaxed), 1, "the service lists a thousand at once");
    found.sort();
    let book = shop.key("book");
    assert!(found.contains(&book));
    found.retain(|key| *key != book);
    assert!(found == keys, "{} of {}", found.len(), keys.len());
}

#[test]
fn a_file_that_is_kept_once_more_stays_though_it_is_old() {
    let shop = empty_shop();
    let stray = put(&shop, b"a book", "epub");
    let path = shop.store_folder().join(stray.as_str());
    age(&shop.store_folder());
    put(&shop, b"a book", "epub");
    assert!(!shop.store.remove_older(&stray, HOUR).unwrap());
    assert!(path.exists());
    age(&shop.store_folder());
    let before = files(&shop.folder().join("s3"));
    assert!(shop.store.remove_older(&stray, HOUR).unwrap());
    let gone = |name: &String| !name.ends_with(stray.as_str());
    assert_eq!(files(&shop.folder().join("s3")), before.into_iter().filter(gone).collect::<Vec<_>>());
    assert!(shop.store.remove_older(&stray, HOUR).unwrap(), "it is gone");
}

#[test]
fn nobody_keeps_a_file_while_it_is_removed() {
    let shop = empty_shop();
    let stray = put(&shop, b"a book", "epub");
    // As one leaves it who dies between the two.
    let note = shop.store_folder().join(".leaving").join(stray.as_str()).join("1");
    write(note.clone());
    let refusal = shop.store.put(&b"a book"[..], "epub").unwrap_err().to_string();
    assert!(refusal.contains("is being removed just now"), "{refusal}");
    put(&shop, b"another book", "epub");
    age(&shop.store_folder());
    assert_eq!(put(&shop, b"a book", "epub"), stray);
    sweep(&shop, &shop.store, 0).unwrap();
    assert!(!note.exists(), "what counts no more is cleared away");
    assert!(shop.store_folder().join(stray.as_str()).exists());
}

#[test]
fn whoever_keeps_a_file_while_another_removes_it_has_it_or_is_told() {
    // First the one is behind the other, and in the end the other behind the one.
    const STEP: Duration = Duration::from_micros(500);
    let shop = empty_shop();
    let stray = put(&shop, b"a book", "epub");
    let path = shop.store_folder().join(stray.as_str());
    for turn in 0..40 {
        put(&shop, b"a book", "epub");
        age(&shop.store_folder());
        let (kept, removed) = std::thread::scope(|scope| {
            let keeper = scope.spawn(|| {
                std::thread::sleep(STEP * (20_u32).saturating_sub(turn));
                shop.store.put(&b"a book"[..], "epub")
            });
            let remover = scope.spawn(|| {
                std::thread::sleep(STEP * turn.saturating_sub(20));
                shop.store.remove_older(&stray, HOUR)
            });
            (keeper.join().unwrap(), remover.join().unwrap().unwrap())
        });
        match kept {
            Ok(_) => assert!(path.exists(), "{turn}: it was kept, and is lost (removed: {removed})"),
            Err(refusal) => assert!(refusal.to_string().contains("is being removed just now"), "{refusal}"),
        }
    }
}

/// A page of a listing, after which there is more.
fn page(keys: &[&StorageKey]) -> Vec<u8> {
    let contents: String = keys
        .iter()
        .map(|key| {
            format!(
                "<Contents><Key>shop/files/{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>\
                 <ETag>\"1\"</ETag><Size>4</Size></Contents>"
            )
        })
        .collect();
    let text = format!(
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>2</NextContinuationToken>\
         {contents}</ListBucketResult>"
    );
    answer("200 OK", text.as_bytes())
}

#[test]
fn a_listing_that_breaks_off_removes_nothing_and_is_told() {
    let shop = empty_shop();
    let (book, stray) = (shop.key("book"), put(&shop, b"nobody's", "epub"));
    sweep(&shop, &shop.store, 0).unwrap();
    age(&shop.store_folder());
    let before = files(&shop.folder().join("s3"));
    let service = shop.service.as_ref().unwrap().address;
    for status in ["403 Forbidden", "500 Internal Server Error"] {
        let first = page(&[&book, &stray]);
        let gate = Gate::before(service, move |head| match head.contains("list-type=2") {
            true if head.contains("continuation-token") => Some(answer(status, b"<Error/>")),
            true if !head.contains(".leaving") => Some(first.clone()),
            _ => None,
        });
        let settings = Storage { s3_endpoint: gate.endpoint(), ..shop.storage.clone() };
        let store = Store::from_settings(&settings).unwrap();
        let refusal = sweep(&shop, &store, 3).unwrap_err();
        assert!(refusal.contains("s3://sea-books/shop/files"), "{refusal}");
        assert_eq!(files(&shop.folder().join("s3")), before, "{status}");
    }
    assert_eq!(sweep(&shop, &shop.store, 3), Ok(1), "what was there is found again");
}
