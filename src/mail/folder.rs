//! Mails as files that any mail program opens: for the demo, and for trying things out.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::outbox::Mail;
use super::transport::SendError;
use crate::ids::hex;

/// A folder of `.eml` files.
#[derive(Clone)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Saves the mail whole or not at all; the same mail a second time takes its own place.
    pub(super) async fn save(&self, mail: &Mail, message: Vec<u8>) -> Result<(), SendError> {
        let (folder, name) = (self.0.clone(), file_name(mail));
        let saved = tokio::task::spawn_blocking(move || save(&folder, &name, &message)).await;
        let failed = |error: &dyn std::fmt::Display| {
            SendError::passing(format!("the mail could not be saved in the folder: {error}"), error)
        };
        match saved {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failed(&error)),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn save(folder: &Path, name: &str, message: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    std::fs::write(&unfinished, message)?;
    std::fs::rename(unfinished, folder.join(name))
}

/// `20261122-203811-please-confirm-your-address-3f2a91c0-17.eml`: when, what about, the hash of to whom, and which row.
fn file_name(mail: &Mail) -> String {
    let time = mail.created_at.format("%Y%m%d-%H%M%S");
    let about: String = mail
        .subject
        .to_lowercase()
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .take(60)
        .collect();
    let recipient: String =
        hex(&Sha256::digest(crate::accounts::email_key(&mail.recipient))).chars().take(8).collect();
    format!("{time}-{about}-{recipient}-{}.eml", mail.id.0)
}
