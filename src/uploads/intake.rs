//! What uploads work with.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Semaphore;

use super::UploadError;
use crate::clock::Clock;
use crate::config;
use crate::db::{Db, Timestamp};
use crate::storage::Store;

/// How many files are looked into at the same time: each may take some memory and a processor.
const FINISHING: usize = 2;

/// What uploads work with. Cloning shares it.
#[derive(Clone)]
pub struct Intake {
    /// The database.
    pub db: Db,
    /// Where the bytes go.
    pub store: Store,
    /// Tells the time.
    pub clock: Clock,
    /// What is taken.
    pub rules: Arc<config::Uploads>,
    pub(super) finishing: Arc<Semaphore>,
}

impl Intake {
    /// For a shop.
    #[must_use]
    pub fn new(db: &Db, store: &Store, clock: &Clock, rules: &config::Uploads) -> Self {
        Self {
            db: db.clone(),
            store: store.clone(),
            clock: clock.clone(),
            rules: Arc::new(rules.clone()),
            finishing: Arc::new(Semaphore::new(FINISHING)),
        }
    }

    /// When an upload that got its last byte now is forgotten.
    pub(in crate::uploads) fn expiry(&self, now: Timestamp) -> Timestamp {
        now + TimeDelta::hours(self.rules.keep_hours.into())
    }

    /// Runs `work`, which blocks on the disk, off the async threads.
    pub(in crate::uploads) async fn off<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, UploadError> + Send + 'static,
    ) -> Result<T, UploadError> {
        let intake = self.clone();
        tokio::task::spawn_blocking(move || work(&intake)).await?
    }
}
