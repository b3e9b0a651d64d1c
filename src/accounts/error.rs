//! Why something about an account could not be done.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::password::PasswordError;
use super::rate_limit::TooOften;
use crate::mail::LetterError;

/// Why something about an account could not be done. What is wrong with a form is said at its fields instead.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Too many tries.
    #[error(transparent)]
    TooOften(#[from] TooOften),
    /// The password could not be worked out.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A fault of ours.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// The database failed.
    #[error("The account couldn’t be looked up or saved.")]
    Database(#[from] DieselError),
}

impl AccountError {
    /// Whether somebody else took the address at the same moment.
    #[must_use]
    pub const fn is_taken(&self) -> bool {
        matches!(self, Self::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}
