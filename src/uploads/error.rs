//! Why an upload goes no further.

use std::io;

use crate::catalog::PublishError;
use crate::storage::{PartError, StoreError};
use crate::web::show;

/// Why an upload goes no further. Each sentence is shown to the publisher, or to whoever runs their program.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// No bytes.
    #[error("“{0}” is empty: it has no bytes at all.")]
    Empty(String),
    /// Over the limit for one file.
    #[error("“{name}” is too large: this shop takes files of up to {}.", show::size(*limit))]
    TooLarge {
        /// The file's name.
        name: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// Not a format that is taken.
    #[error("“{name}” is of no kind that this shop takes. It takes {taken}.")]
    Format {
        /// The file's name.
        name: String,
        /// The kinds that are taken.
        taken: String,
    },
    /// Over the account's quota.
    #[error(
        "There is not enough room left for “{name}”: your titles may hold {} in all, and {} are left.",
        show::size(*limit),
        show::size(*left)
    )]
    AccountFull {
        /// The file's name.
        name: String,
        /// The quota in bytes.
        limit: u64,
        /// What is left of it.
        left: u64,
    },
    /// Over the shop's quota.
    #[error("The shop has no room left for “{0}”. Please tell the people who run it.")]
    ShopFull(String),
    /// The disk is full.
    #[error("The shop’s disk is full. Nothing is lost: go on with the upload when there is room again.")]
    DiskFull,
    /// Too many unfinished ones.
    #[error("You have {0} unfinished uploads. Finish some of them or remove them first.")]
    TooMany(i64),
    /// By the rules of the catalogue.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// There is none, or none for this visitor.
    #[error("There is no such upload.")]
    NotFound,
    /// It was, and is no more.
    #[error("This upload is over: it was removed, or nothing came for too long. Please begin anew.")]
    Gone,
    /// Another request sends its bytes.
    #[error("Another request is sending this file just now. Try again in a moment.")]
    Busy,
    /// The client is elsewhere in the file.
    #[error("The upload goes on at byte {at}, not there.")]
    Offset {
        /// Where it goes on.
        at: u64,
    },
    /// More bytes than were promised.
    #[error("That is more than was said at the beginning: {left} bytes are still to come.")]
    Beyond {
        /// How many bytes are still to come.
        left: u64,
    },
    /// Not the bytes that were sent.
    #[error("The bytes changed on their way. They were not taken; please send them again.")]
    Checksum,
    /// The connection broke.
    #[error("The connection broke at byte {at}. The upload can be resumed.")]
    Interrupted {
        /// How many bytes are there.
        at: u64,
    },
    /// Nothing came for too long.
    #[error("Nothing came for too long. The upload can be resumed at byte {at}.")]
    Stalled {
        /// How many bytes are there.
        at: u64,
    },
    /// The file can't be used.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
    #[error("The file couldn’t be kept.")]
    Store(#[source] StoreError),
    /// A thread of ours broke off.
    #[error("The file couldn’t be taken.")]
    Thread(#[from] tokio::task::JoinError),
    /// The database failed.
    #[error("The upload couldn’t be saved.")]
    Database(#[from] diesel::result::Error),
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Write { cause, .. } if is_full(cause) => Self::DiskFull,
            _ => Self::Store(error),
        }
    }
}

impl From<PartError> for UploadError {
    fn from(error: PartError) -> Self {
        match error {
            PartError::Busy => Self::Busy,
            PartError::Lost { .. } => Self::Gone,
            PartError::Store(error) => error.into(),
        }
    }
}

/// Whether a write failed for want of room: the disk's, the quota's of the system, or that of a file's size.
fn is_full(cause: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(cause.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
