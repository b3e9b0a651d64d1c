//! Taking the bytes of one request.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::bytes::{BLOCK, End, fill};
use super::finish::Outcome;
use super::patience::Patience;
use super::tus::checksum::{Checksum, Sum};
use super::{Intake, Upload, UploadError, UploadStatus};
use crate::db::Timestamp;
use crate::storage::{Mark, Part, PartError};

/// How much may come before it is made durable and acknowledged, in bytes: what a crash costs at most.
const ACKNOWLEDGED: u64 = 16 << 20;

/// How long a request waits for an earlier one of the same upload to end: a client whose connection broke is often back
/// before the shop has noticed.
const WAIT: Duration = Duration::from_secs(3);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(50);

/// Where an upload is after a request.
#[derive(Debug, Clone)]
pub struct Progress {
    /// How many bytes are acknowledged.
    pub offset: u64,
    /// When it is forgotten without another byte.
    pub expires_at: Timestamp,
    /// What came of it, when all bytes are there.
    pub outcome: Option<Outcome>,
}

impl Progress {
    /// Of an upload as its row says it.
    #[must_use]
    pub fn of(upload: &Upload) -> Self {
        let outcome = match upload.status {
            UploadStatus::Receiving => None,
            UploadStatus::Done => Some(Outcome::Done),
            UploadStatus::Refused => Some(Outcome::Refused(upload.refusal.clone())),
        };
        Self { offset: upload.offset(), expires_at: upload.expires_at, outcome }
    }
}

/// An upload while a request sends to it.
struct Taking {
    upload: Upload,
    part: Part,
    /// What is acknowledged.
    mark: Mark,
    sum: Option<Sum>,
}

impl Intake {
    /// Waits until no request sends to the upload, for a few seconds at most: then its row says how far it is.
    pub async fn settle(&self, upload: &Upload) -> Result<(), UploadError> {
        let end = tokio::time::Instant::now() + WAIT;
        loop {
            let name = upload.public_id.clone();
            let is_busy = self.off(move |intake| Ok(intake.store.is_part_busy(&name))).await?;
            if !is_busy || tokio::time::Instant::now() >= end {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Opens the part of an upload for this caller alone, and reads its row as it is then.
    ///
    /// # Errors
    /// [`UploadError::Busy`] when another request goes on sending, [`UploadError::Gone`], or the store's.
    pub async fn open(&self, upload: &Upload) -> Result<(Part, Upload), UploadError> {
        let end = tokio::time::Instant::now() + WAIT;
        let part = loop {
            let name = upload.public_id.clone();
            let opened = self.off(move |intake| match intake.store.open_part(&name) {
                Err(PartError::Busy) => Ok(None),
                opened => Ok(Some(opened?)),
            });
            match opened.await? {
                Some(part) => break part,
                None if tokio::time::Instant::now() >= end => return Err(UploadError::Busy),
                None => tokio::time::sleep(LOOK).await,
            }
        };
        let (id, now) = (upload.id, self.clock.now());
        let row = self.db.read(move |conn| Upload::reload(conn, id)).await?;
        match row.filter(|row| row.expires_at > now) {
            Some(row) if row.status == UploadStatus::Receiving => Ok((part, row)),
            row => {
                // It was over before: the part was only made by our looking.
                self.off(move |_| Ok(part.remove()?)).await?;
                row.map_or(Err(UploadError::Gone), |row| match row.status {
                    UploadStatus::Refused => Err(UploadError::Refused(row.refusal)),
                    _ => Err(UploadError::Offset { at: row.offset() }),
                })
            }
        }
    }

    /// Takes the bytes of one request, which begin at `at`, and looks at the file when they were the last ones.
    ///
    /// # Errors
    /// Why they were not taken, or not all of them; what was acknowledged stays.
    pub async fn receive(
        &self,
        upload: &Upload,
        at: u64,
        checksum: Option<Checksum>,
        body: impl AsyncRead + Unpin,
    ) -> Result<Progress, UploadError> {
        if upload.status != UploadStatus::Receiving && at == upload.offset() {
            return Ok(Progress::of(upload));
        }
        let (mut part, upload) = self.open(upload).await?;
        if upload.offset() != at {
            return Err(UploadError::Offset { at: upload.offset() });
        }
        let state = upload.hash_state.clone();
        let part = self.off(move |_| {
            part.resume(at, &state)?;
            Ok(part)
        });
        let part = part.await?;
        let left = upload.length().saturating_sub(at);
        let mark = part.mark();
        let mut taking = Taking { upload, part, mark, sum: checksum.as_ref().map(Checksum::begin) };
        let mut body = body.take(left);
        let mut patience = Patience::new(self.rules.stall_seconds);
        let mut block = Vec::with_capacity(BLOCK);
        let end = loop {
            let end = fill(&mut block, &mut body, &mut patience).await;
            (taking, block) = self.write(taking, block).await?;
            if end != End::Full {
                break end;
            }
            // Bytes under a checksum are acknowledged together or not at all.
            if checksum.is_none() && taking.part.length() - taking.mark.length() >= ACKNOWLEDGED {
                taking = self.acknowledge(taking).await?;
            }
        };
        if let Some(checksum) = checksum
            && !(end == End::Over && taking.sum.take().is_some_and(|sum| checksum.fits(sum)))
        {
            let Taking { mut part, mark, .. } = taking;
            self.off(move |_| Ok(part.back_to(&mark)?)).await?;
            return Err(if end == End::Over {
                UploadError::Checksum
            } else {
                UploadError::Interrupted { at }
            });
        }
        let taking = self.acknowledge(taking).await?;
        let at = taking.part.length();
        if at == taking.upload.length() {
            let outcome = self.finish(taking.part, taking.upload.clone()).await?;
            let expires_at = self.expiry(self.clock.now());
            return Ok(Progress { offset: at, expires_at, outcome: Some(outcome) });
        }
        match end {
            End::Broken => Err(UploadError::Interrupted { at }),
            End::Stalled => Err(UploadError::Stalled { at }),
            End::Full | End::Over => {
                Ok(Progress { offset: at, expires_at: taking.upload.expires_at, outcome: None })
            }
        }
    }

    /// Writes a block; when that fails, what is not acknowledged is cut off.
    async fn write(&self, mut taking: Taking, block: Vec<u8>) -> Result<(Taking, Vec<u8>), UploadError> {
        self.off(move |_| {
            if let Err(error) = taking.part.append(&block) {
                taking.part.back_to(&taking.mark)?;
                return Err(error.into());
            }
            if let Some(sum) = &mut taking.sum {
                sum.update(&block);
            }
            Ok((taking, block))
        })
        .await
    }

    /// Makes what came durable and writes down how far the upload is.
    async fn acknowledge(&self, taking: Taking) -> Result<Taking, UploadError> {
        let mut taking = self
            .off(move |_| {
                taking.part.sync()?;
                Ok(taking)
            })
            .await?;
        let now = self.clock.now();
        let (id, expires_at) = (taking.upload.id, self.expiry(now));
        let received = i64::try_from(taking.part.length()).unwrap_or(i64::MAX);
        let state = taking.part.state();
        let going_on = self
            .db
            .write(move |conn| Upload::acknowledge(conn, id, (received, &state), expires_at, now))
            .await?;
        if !going_on {
            self.off(move |_| Ok(taking.part.remove()?)).await?;
            return Err(UploadError::Gone);
        }
        taking.mark = taking.part.mark();
        taking.upload.received = received;
        taking.upload.expires_at = expires_at;
        Ok(taking)
    }
}
