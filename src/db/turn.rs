//! Whose turn it is to have a connection.
//!
//! Forty-eight requests at once would each take a thread, and forty of these would do nothing but wait for one of eight
//! connections, wake each other, and push each other off the processor. Waiting for a turn takes no thread.

use std::num::NonZero;
use std::sync::Arc;

use diesel::result::Error as DieselError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{PATIENCE, unavailable};

/// How many may be at it at once.
#[derive(Clone)]
pub(super) struct Turns {
    free: Arc<Semaphore>,
}

/// A turn at a connection; it is over when this is dropped.
#[must_use = "the turn is over when this is dropped"]
#[derive(Debug)]
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Turns {
    pub(super) fn new(count: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(count)) }
    }

    /// The next turn.
    pub(super) async fn next(&self) -> Result<Turn, DieselError> {
        if let Ok(permit) = self.free.clone().try_acquire_owned() {
            return Ok(Turn { _permit: permit });
        }
        match timeout(PATIENCE, self.free.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
            _ => Err(unavailable("all connections are at work".to_owned())),
        }
    }
}

/// As many as keep the processor busy, and `most` at most: short questions compute, and rarely wait for the disk.
pub(super) fn for_the_processor(most: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, NonZero::get);
    (cores * 2).clamp(2, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_comes_when_another_is_over() {
        let turns = Turns::new(1);
        let first = turns.next().await.unwrap();
        let waiting = tokio::spawn({
            let turns = turns.clone();
            async move { turns.next().await.is_ok() }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert!(waiting.await.unwrap());
    }
}
