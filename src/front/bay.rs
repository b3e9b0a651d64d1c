//! Where the app leaves the body of a file for the front to send.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::delivery::Supply;

/// A body of a known length on its way from the app to the front.
pub struct Load {
    /// What gives the bytes.
    pub bytes: Pin<Box<dyn Supply + Send>>,
    /// How many come, in bytes: the answer's `Content-Length`.
    pub length: u64,
}

impl fmt::Debug for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Load").field("length", &self.length).finish_non_exhaustive()
    }
}

/// The places where loads wait, one for each request that the front has passed on and that is not answered yet.
///
/// A place is known by a request header whose name is random for each process: no client can name a place.
#[derive(Debug, Clone)]
pub struct Bay {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    header: String,
    next: AtomicU64,
    places: Mutex<HashMap<u64, Option<Load>>>,
}

impl Bay {
    /// An empty bay, whose request header has this name.
    pub(super) fn new(header: String) -> Self {
        Self { inner: Arc::new(Inner { header, next: AtomicU64::new(0), places: Mutex::default() }) }
    }

    /// The request header that says which place a request has.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.inner.header
    }

    /// Leaves a load in the place that the request's [`header`](Bay::header) names.
    ///
    /// # Errors
    /// The load itself, when nobody waits for it there: the request did not come through the front, or its client has
    /// gone.
    pub fn leave(&self, place: &str, load: Load) -> Result<(), Load> {
        let mut places = self.inner.places.lock().unwrap_or_else(PoisonError::into_inner);
        match place.parse().ok().and_then(|place: u64| places.get_mut(&place)) {
            Some(there) => {
                *there = Some(load);
                Ok(())
            }
            None => Err(load),
        }
    }

    /// A place for one request. It is gone, with what is in it, when it is dropped.
    pub(super) fn place(&self) -> Place {
        let number = self.inner.next.fetch_add(1, Ordering::Relaxed);
        self.inner.places.lock().unwrap_or_else(PoisonError::into_inner).insert(number, None);
        Place { bay: self.clone(), number }
    }
}

/// One request's place in the bay.
#[derive(Debug)]
pub(super) struct Place {
    bay: Bay,
    number: u64,
}

impl Place {
    /// What the request's [`header`](Bay::header) says.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// What the app has left here, if it has.
    pub(super) fn take(self) -> Option<Load> {
        self.remove()
    }

    fn remove(&self) -> Option<Load> {
        let mut places = self.bay.inner.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.remove(&self.number).flatten()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.remove());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Supply for tokio::io::Empty {}

    fn load() -> Load {
        Load { bytes: Box::pin(tokio::io::empty()), length: 0 }
    }

    #[test]
    fn a_load_is_found_by_who_waits_for_it_and_by_nobody_else() {
        let bay = Bay::new("x".to_owned());
        let (first, second) = (bay.place(), bay.place());
        bay.leave(&first.number().to_string(), load()).unwrap();
        assert!(second.take().is_none());
        assert!(first.take().is_some());
    }

    #[test]
    fn who_has_gone_leaves_nothing_behind() {
        let bay = Bay::new("x".to_owned());
        let place = bay.place();
        let number = place.number().to_string();
        bay.leave(&number, load()).unwrap();
        drop(place);
        assert!(bay.inner.places.lock().unwrap().is_empty());
        for nobody in [number.as_str(), "", "-1", "x", "18446744073709551616"] {
            assert!(bay.leave(nobody, load()).is_err(), "{nobody:?}");
        }
    }
}
