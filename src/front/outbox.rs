//! How a file's bytes pass hyper without being read: what it writes in their place, and what that stands for.
//!
//! hyper takes a body as bytes in memory and hands them to the connection, in order and uncopied (it is told to write by
//! vectors: only otherwise would it copy bodies behind its heads). So a body that has a [`Span`] to send puts it into the
//! connection's outbox and gives hyper a blank: that many bytes of one region of the process, which nobody ever reads.
//! The connection knows a blank by its address, and has the system send the next span instead. A blank that no span
//! stands behind ends the connection.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;

use crate::delivery::Span;

/// The length of the longest blank, in bytes.
pub(super) const LONGEST: usize = 4 << 20;

/// What blanks are parts of. It is never written to nor read, so the system never gives it any memory.
static REGION: LazyLock<Box<[u8]>> = LazyLock::new(|| vec![0; LONGEST].into());

/// The spans that a connection has still to send, in the order of their blanks. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Outbox {
    spans: Arc<Mutex<VecDeque<Span>>>,
}

impl Outbox {
    /// Has `span` sent where the blank that comes back is written.
    ///
    /// # Errors
    /// When it is longer than [`LONGEST`], or empty.
    pub(super) fn put(&self, span: Span) -> io::Result<Bytes> {
        let length = usize::try_from(span.len()).unwrap_or(usize::MAX);
        let blank = REGION.get(..length).filter(|blank| !blank.is_empty());
        let blank = blank.ok_or_else(|| io::Error::other("a span has no blank of its length"))?;
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).push_back(span);
        Ok(Bytes::from_static(blank))
    }

    /// What the next blank stands for.
    pub(super) fn take(&self) -> Option<Span> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// Whether these bytes are a blank, or a part of one.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    let region = REGION.as_ptr().addr();
    !bytes.is_empty() && (region..region + REGION.len()).contains(&bytes.as_ptr().addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_part_of_a_blank_is_taken_for_one() {
        let blank = Bytes::from_static(&REGION[..10]);
        assert!(is_blank(&blank) && is_blank(&blank[9..]) && is_blank(&REGION[LONGEST - 1..]));
        assert!(!is_blank(&[0; 10]) && !is_blank(&blank[10..]) && !is_blank(b""));
        let copy = blank.to_vec();
        assert!(!is_blank(&copy));
    }
}
