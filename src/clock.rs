//! The time, from one place, so that a test can move it.

use std::sync::{Arc, Mutex};

use chrono::{SubsecRound as _, TimeDelta};

use crate::db::Timestamp;

/// Tells the time in UTC, to the microsecond (the finest that both databases keep).
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Set in tests only; otherwise the system's clock is asked.
    moved_to: Option<Arc<Mutex<Timestamp>>>,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self { moved_to: Some(Arc::new(Mutex::new(time))) }
    }

    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.moved_to {
            Some(time) => *time.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            None => chrono::Utc::now().naive_utc().trunc_subsecs(6),
        }
    }

    /// Moves a clock made by [`Clock::at`] on by `delta`, for all its clones; the system's clock stays as it is.
    pub fn advance(&self, delta: TimeDelta) {
        if let Some(time) = &self.moved_to {
            *time.lock().unwrap_or_else(std::sync::PoisonError::into_inner) += delta;
        }
    }
}
