//! Files by an ordinary form, for browsers without scripts: streamed as they come, none held in memory.

pub mod guards;
pub mod routes;

use tokio::io::AsyncRead;

use super::bytes::BLOCK;
use super::finish::Outcome;
use super::patience::Patience;
use super::rules::{self, Wish};
use super::{Intake, NewUpload, UploadError};
use crate::accounts::AccountId;
use crate::catalog::Book;
use crate::storage::Part;

/// What came of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Harvest {
    /// The names of the files that the title has now.
    pub added: Vec<String>,
    /// Why others were not taken: the name where it is known, and sentences.
    pub refused: Vec<String>,
}

/// The most that a field beside the files may hold, in bytes.
const FIELD: usize = 64;

impl Intake {
    /// Takes the files of a form, one after the other.
    ///
    /// # Errors
    /// When the connection breaks, the disk is full, or the store or the database fails; files that were whole by then
    /// stay.
    pub async fn harvest(
        &self,
        book: &Book,
        account: AccountId,
        boundary: &str,
        body: impl AsyncRead + Unpin + Send,
    ) -> Result<Harvest, UploadError> {
        let mut form = multer::Multipart::with_reader(body, boundary);
        let mut patience = Patience::new(self.rules.stall_seconds);
        let (mut harvest, mut is_sample) = (Harvest::default(), false);
        loop {
            let next = patience.wait(form.next_field(), |_| 0).await;
            let broken = UploadError::Interrupted { at: 0 };
            let Some(mut field) = next.map_err(|_| UploadError::Stalled { at: 0 })?.map_err(|_| broken)?
            else {
                return Ok(harvest);
            };
            let name = field.file_name().unwrap_or_default().to_owned();
            match field.name() {
                Some("sample") => is_sample = is_on(&mut field, &mut patience).await?,
                // An empty choice is a file without a name.
                Some("files") if !name.is_empty() => {
                    match self.take(book, account, &name, is_sample, &mut field, &mut patience).await {
                        Ok(Outcome::Done) => harvest.added.push(crate::file_name::of_upload(&name)),
                        Ok(Outcome::Refused(sentences)) => harvest.refused.push(sentences),
                        Err(error) if is_about_the_file(&error) => harvest.refused.push(error.to_string()),
                        Err(error) => return Err(error),
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes one file. Its length is known at its end, and so is whether it may stay.
    async fn take(
        &self,
        book: &Book,
        account: AccountId,
        name: &str,
        is_sample: bool,
        field: &mut multer::Field<'_>,
        patience: &mut Patience,
    ) -> Result<Outcome, UploadError> {
        // Its name can be judged before its bytes.
        let room = self.off(|intake| Ok(intake.store.room()?)).await?;
        Wish::new(name, 1, is_sample).check(&self.rules, room)?;
        let public_id = crate::ids::public_id();
        let id = public_id.clone();
        let part = self.off(move |intake| {
            let mut part = intake.store.open_part(&id)?;
            part.resume(0, "")?;
            Ok(part)
        });
        let mut part = part.await?;
        let mut block: Vec<u8> = Vec::with_capacity(BLOCK);
        loop {
            let chunk = patience.wait(field.chunk(), |chunk| {
                chunk.as_ref().ok().and_then(Option::as_ref).map_or(0, |bytes| bytes.len())
            });
            let problem = match chunk.await {
                Ok(Ok(Some(chunk))) => {
                    let length = part.length() + (block.len() + chunk.len()) as u64;
                    block.extend_from_slice(&chunk);
                    let limit = self.rules.max_bytes();
                    match length > limit {
                        true => Some(UploadError::TooLarge { name: name.to_owned(), limit }),
                        false => None,
                    }
                }
                Ok(Ok(None)) => break,
                Ok(Err(_)) => Some(UploadError::Interrupted { at: 0 }),
                Err(_) => Some(UploadError::Stalled { at: 0 }),
            };
            if let Some(problem) = problem {
                self.off(move |_| Ok(part.remove()?)).await?;
                return Err(problem);
            }
            if block.len() >= BLOCK {
                (part, block) = self.append(part, block).await?;
                block.clear();
            }
        }
        let (part, _) = self.append(part, block).await?;
        let wish = Wish::new(name, part.length(), is_sample);
        self.keep(book, account, public_id, wish, part).await
    }

    async fn append(&self, mut part: Part, block: Vec<u8>) -> Result<(Part, Vec<u8>), UploadError> {
        self.off(move |_| match part.append(&block) {
            Ok(()) => Ok((part, block)),
            Err(error) => {
                part.remove()?;
                Err(error.into())
            }
        })
        .await
    }

    /// Gives a whole file its row, and then its end.
    async fn keep(
        &self,
        book: &Book,
        account: AccountId,
        public_id: String,
        wish: Wish,
        part: Part,
    ) -> Result<Outcome, UploadError> {
        let (now, rules, book) = (self.clock.now(), self.rules.clone(), book.clone());
        let new = NewUpload {
            public_id,
            book: book.id,
            account,
            byte_length: i64::try_from(wish.length).unwrap_or(i64::MAX),
            received: i64::try_from(wish.length).unwrap_or(i64::MAX),
            hash_state: part.state(),
            expires_at: self.expiry(now),
            file_name: wish.name.clone(),
            is_sample: wish.is_sample,
        };
        let part = self
            .off(move |_| {
                part.sync()?;
                Ok(part)
            })
            .await?;
        let begun = match wish.check(&self.rules, u64::MAX) {
            Ok(()) => self.db.write(move |conn| rules::begin(conn, &book, &new, &rules, now)).await,
            Err(error) => Err(error),
        };
        match begun {
            Ok(upload) => self.finish(part, upload).await,
            Err(error) => {
                self.off(move |_| Ok(part.remove()?)).await?;
                Err(error)
            }
        }
    }
}

/// Whether a box was ticked.
async fn is_on(field: &mut multer::Field<'_>, patience: &mut Patience) -> Result<bool, UploadError> {
    let mut text = Vec::new();
    loop {
        match patience.wait(field.chunk(), |_| 0).await {
            Ok(Ok(Some(chunk))) if text.len() + chunk.len() <= FIELD => text.extend_from_slice(&chunk),
            Ok(Ok(None)) => return Ok(matches!(text.as_slice(), b"true" | b"on" | b"1")),
            Ok(Ok(Some(_))) => return Ok(false),
            Ok(Err(_)) => return Err(UploadError::Interrupted { at: 0 }),
            Err(_) => return Err(UploadError::Stalled { at: 0 }),
        }
    }
}

/// Whether the next file of the form may fare better.
fn is_about_the_file(error: &UploadError) -> bool {
    matches!(
        error,
        UploadError::Empty(_)
            | UploadError::TooLarge { .. }
            | UploadError::Format { .. }
            | UploadError::AccountFull { .. }
            | UploadError::ShopFull(_)
            | UploadError::TooMany(_)
    )
}
