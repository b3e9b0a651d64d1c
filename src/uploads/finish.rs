//! What happens when all bytes are there.

use super::{Intake, Upload, UploadError, rules};
use crate::catalog::{Book, BookFile, NewBookFile, PublishError};
use crate::db::Conn;
use crate::inspection::{self, Inspection, Severity};
use crate::publishing::{editions, found};
use crate::storage::{Part, PartError, StorageKey, StoreError, Stored};

/// What came of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The title's edition in preparation has the file.
    Done,
    /// It can't be used: why, in sentences, one a line.
    Refused(String),
}

impl Intake {
    /// Looks into a file whose bytes are all there, and gives it to its title. It may be cut off at any point and done
    /// again: see [`Intake::finish_what_is_whole`].
    ///
    /// # Errors
    /// When the store or the database fails; then it is tried again later.
    pub async fn finish(&self, part: Part, upload: Upload) -> Result<Outcome, UploadError> {
        // It is never closed.
        let _permit = self.finishing.acquire().await.ok();
        self.off(move |intake| intake.finish_blocking(part, &upload)).await
    }

    fn finish_blocking(&self, part: Part, upload: &Upload) -> Result<Outcome, UploadError> {
        let failed = |cause| StoreError::Write { root: part.path().to_owned(), cause };
        let found = inspection::inspect(part.path(), &upload.file_name, &inspection::Limits::default());
        let found = found.map_err(failed)?;
        if !found.is_sound() {
            return self.refuse(part, upload, errors(&found));
        }
        // While the file is here: a bucket gives it back as a whole only.
        let page = found::first_page(&self.db, upload.book_id, part.path(), &found);
        let extension = rules::extension(&upload.file_name);
        let (id, key) = (upload.id, part.key(&extension));
        let reserved = self.db.write_blocking(move |conn| Upload::reserve(conn, id, key.as_str()))?;
        if !reserved {
            part.remove()?;
            return Err(UploadError::Gone);
        }
        let stored = part.keep(&extension)?;
        self.add(upload, stored, found, page)
    }

    /// Ends an upload whose file can't be used.
    fn refuse(&self, part: Part, upload: &Upload, sentences: String) -> Result<Outcome, UploadError> {
        let outcome = self.end_refused(upload, sentences)?;
        part.remove()?;
        Ok(outcome)
    }

    fn end_refused(&self, upload: &Upload, sentences: String) -> Result<Outcome, UploadError> {
        let (id, now) = (upload.id, self.clock.now());
        let (expires_at, why) = (now + super::sweep::REFUSED, sentences.clone());
        self.db.write_blocking(move |conn| Upload::end(conn, id, Err(&why), expires_at, now))?;
        Ok(Outcome::Refused(sentences))
    }

    /// Gives the stored file to its title's edition in preparation, in place of the one of its format. `page` is its
    /// [`found::first_page`].
    fn add(
        &self,
        upload: &Upload,
        stored: Stored,
        found: Inspection,
        page: Option<Vec<u8>>,
    ) -> Result<Outcome, UploadError> {
        let (now, this) = (self.clock.now(), upload.clone());
        let report = found.clone();
        let added = self.db.write_blocking(move |conn: &mut Conn| {
            let book = Book::find(conn, this.book_id)?.ok_or(PublishError::Gone)?;
            let edition = editions::begin(conn, &book, now)?;
            let new = NewBookFile {
                edition: edition.id,
                is_sample: this.is_sample,
                file_name: &this.file_name,
                media_type: &report.media_type,
                stored: &stored,
            };
            let file = BookFile::put(conn, &new, now)?;
            found::keep(conn, &book, &file, &report, now)?;
            Upload::end(conn, this.id, Ok(file.id), now + super::sweep::DONE, now)?;
            Ok::<Book, PublishError>(book)
        });
        match added {
            Ok(book) => {
                found::cover(&self.db, &self.store, &book, &found, page, now);
                Ok(Outcome::Done)
            }
            Err(PublishError::Database(error)) => Err(error.into()),
            // Its bytes have no row then, and are swept.
            Err(refusal) => self.end_refused(upload, refusal.to_string()),
        }
    }

    /// Finishes uploads that were cut off between their last byte and their end: by a crash, or by a full disk.
    ///
    /// # Errors
    /// When the database fails. What can't be finished now is tried again at the next call.
    pub async fn finish_what_is_whole(&self) -> Result<(), UploadError> {
        for upload in self.db.read(|conn| Upload::whole(conn, 100)).await? {
            let id = upload.public_id.clone();
            let done = self.off(move |intake| intake.finish_again(&upload)).await;
            match done {
                Ok(_) | Err(UploadError::Busy) => {}
                Err(error) => tracing::error!(%error, upload = id, "an upload could not be finished yet"),
            }
        }
        Ok(())
    }

    fn finish_again(&self, upload: &Upload) -> Result<Outcome, UploadError> {
        let mut part = self.store.open_part(&upload.public_id)?;
        match part.resume(upload.length(), &upload.hash_state) {
            Ok(()) => self.finish_blocking(part, upload),
            Err(PartError::Lost { .. }) => {
                part.remove()?;
                self.finish_kept(upload)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The store took the file, and then the program was cut off.
    fn finish_kept(&self, upload: &Upload) -> Result<Outcome, UploadError> {
        let key: Option<StorageKey> = upload.storage_key.parse().ok();
        let kept = key.and_then(|key| {
            self.store.open(&key, upload.length()).ok()?;
            Stored::found(key, upload.length(), &upload.hash_state)
        });
        match kept {
            Some(stored) => {
                let looked = self.store.with_path(&stored.key, stored.length, |path| {
                    let limits = inspection::Limits::default();
                    let found = inspection::inspect(path, &upload.file_name, &limits)?;
                    let page = found::first_page(&self.db, upload.book_id, path, &found);
                    Ok((found, page))
                })?;
                let (found, page) =
                    looked.map_err(|cause| StoreError::Unreadable { key: stored.key.clone(), cause })?;
                self.add(upload, stored, found, page)
            }
            None => self.end_refused(upload, "Its bytes were lost. Please bring the file again.".to_owned()),
        }
    }
}

/// What is wrong with a file, one sentence a line.
fn errors(found: &Inspection) -> String {
    let errors = found.problems.iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.text.as_str()).collect::<Vec<_>>().join("\n")
}
