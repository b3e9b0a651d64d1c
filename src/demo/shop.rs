//! Filling a shop with the demo: accounts, books with their files, one order of long ago, a bundle and a code.
//!
//! Each step is one transaction that looks first whether its work is done, so that a second run changes nothing and
//! one that was cut off goes on where it stopped.

mod offers;
mod people;
mod purchase;
mod shelves;

pub use people::{DEMO_ACCOUNTS, DemoAccount};

use super::{DemoError, books};
use crate::catalog::PublishError;
use crate::db::Db;
use crate::storage::{Store, StoreError};

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A book could not be made.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A file could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A book was refused.
    #[error("The demo's books can't be put on sale: {0}")]
    Publish(#[from] PublishError),
    /// An account could not be made.
    #[error("The demo's accounts can't be made: {0}")]
    Account(String),
    /// The database failed.
    #[error("The demo can't be saved: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Fills the shop; what is there already stays as it is. Returns how many books came in.
///
/// # Errors
/// [`SeedError`]; what was done before it stays, and the next run goes on from there.
pub fn seed(db: &Db, store: &Store) -> Result<usize, SeedError> {
    let books = books::all()?;
    let people = people::seed(db)?;
    let added = shelves::seed(db, store, &books, people.publisher)?;
    purchase::seed(db, people.customer)?;
    offers::seed(db)?;
    Ok(added)
}
