//! The doctor's own files, put into the store and taken away again.

use super::super::Doctor;
use crate::downloads::canary::{Canary, CanaryFile, CanaryId};
use crate::ids::Token;
use crate::storage::{Store, StoreError, Stored};

/// Names of canaries, each with the extension that it has in the store. Rules of web servers go by extensions: the
/// first has one that no rule knows.
pub(super) const KINDS: &[(&str, &str)] = &[(PLAIN, "canary"), ("epub", "epub"), ("pdf", "pdf")];

/// The canary that no rule about extensions catches.
pub(super) const PLAIN: &str = "plain";

/// The canary of [`LARGE_LENGTH`].
pub(super) const LARGE: &str = "large";

/// Beyond all that counts in 32 bits, in bytes.
pub(super) const LARGE_LENGTH: u64 = 5 << 30;

/// How long a small canary is, in bytes.
const LENGTH: usize = 20_000;

/// Canaries in the store, and the right to them.
pub(super) struct Released {
    pub id: CanaryId,
    pub token: Token,
    pub files: Vec<CanaryFile>,
    /// What is in the small ones: the same in all, random in each examination.
    pub bytes: Vec<u8>,
    /// What stands in their first line, to find them by.
    pub song: String,
    /// Why there is no large one, if there is none.
    pub no_large: String,
}

impl Released {
    /// The key of the file of this name.
    pub fn key(&self, name: &str) -> &str {
        self.files.iter().find(|file| file.name == name).map_or("", |file| &file.key)
    }
}

/// Puts the canaries out. An error is a sentence.
pub(super) async fn release(doctor: &Doctor) -> Result<Released, String> {
    let store = doctor.store.clone();
    let now = doctor.till.clock.now();
    // What an examination left behind that was cut off.
    let old = doctor.till.db.read(move |conn| Canary::expired(conn, now)).await;
    for canary in old.map_err(|error| format!("The database could not be read: {error}."))? {
        clear(doctor, canary.id, &canary.files).await;
    }
    let token = Token::new();
    let song = format!("Bookplate’s canary {}: no book.", Token::new().secret());
    let bytes: Vec<u8> = song.bytes().chain(*b"\n").cycle().take(LENGTH).collect();
    let content = bytes.clone();
    let put = tokio::task::spawn_blocking(move || put(&store, &content)).await;
    let (files, no_large) = match put {
        Ok(Ok(put)) => put,
        Ok(Err(error)) => return Err(format!("No canary could be put into the store. {error}")),
        Err(error) => return Err(format!("No canary could be put into the store: {error}.")),
    };
    let (rows, given) = (files.clone(), token.clone());
    let id = doctor.till.db.write(move |conn| Canary::release(conn, &given, &rows, now)).await;
    match id {
        Ok(id) => Ok(Released { id, token, files, bytes, song, no_large }),
        Err(error) => {
            take_out(doctor, &files).await;
            Err(format!("The database could not be written: {error}."))
        }
    }
}

/// The small ones, which their extensions give a key each; and a large one where that can be.
fn put(store: &Store, content: &[u8]) -> Result<(Vec<CanaryFile>, String), StoreError> {
    let file = |name: &str, extension: &str, stored: &Stored| CanaryFile {
        name: name.to_owned(),
        key: stored.key.as_str().to_owned(),
        length: stored.length,
        file_name: format!("Canary.{extension}"),
    };
    let mut files = Vec::new();
    for (name, extension) in KINDS {
        files.push(file(name, extension, &store.put(content, extension)?));
    }
    match store.put_sparse(LARGE_LENGTH, "canary") {
        Ok(Some(stored)) => {
            files.push(file(LARGE, "canary", &stored));
            Ok((files, String::new()))
        }
        Ok(None) => {
            Ok((files, "The books are in a bucket, where all of it would be sent, and paid for.".to_owned()))
        }
        Err(error) => Ok((files, error.to_string())),
    }
}

/// Takes them away again.
pub(super) async fn remove(doctor: &Doctor, released: &Released) {
    clear(doctor, released.id, &released.files).await;
}

async fn clear(doctor: &Doctor, id: CanaryId, files: &[CanaryFile]) {
    take_out(doctor, files).await;
    if let Err(error) = doctor.till.db.write(move |conn| Canary::end(conn, id)).await {
        tracing::warn!(%error, "a canary's permission could not be ended; it ends by itself");
    }
}

async fn take_out(doctor: &Doctor, files: &[CanaryFile]) {
    let (store, files) = (doctor.store.clone(), files.to_vec());
    let removed = tokio::task::spawn_blocking(move || {
        for file in &files {
            let Ok(key) = file.key.parse() else { continue };
            if let Err(error) = store.remove(&key) {
                tracing::warn!(%error, "a canary could not be taken out of the store");
            }
        }
    });
    let _ = removed.await;
}
