//! Stretches of files, for whoever can have the system send them without reading them.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::AsyncRead;

/// Where a body's bytes come from: they can be read, and those that lie in a file can be had as a [`Span`] instead.
///
/// Who asks for spans and gets one has these bytes behind it, as if it had read them; the next ones may come either way.
pub trait Supply: AsyncRead {
    /// The next bytes as a span of at most `most` bytes; `None` when they have to be read, and at the end.
    ///
    /// A span is never empty when `most` isn't.
    ///
    /// # Errors
    /// As for reading.
    fn poll_span(self: Pin<&mut Self>, cx: &mut Context<'_>, most: u64) -> Poll<io::Result<Option<Span>>> {
        let _ = (cx, most);
        Poll::Ready(Ok(None))
    }
}

/// Who wants to know how much of a span was sent.
pub trait Tally: Send + Sync {
    /// The system took this many bytes more for the client.
    fn sent(&self, bytes: u64);
}

/// A stretch of a file that is to be sent as it lies there.
#[derive(Clone)]
pub struct Span {
    file: Arc<File>,
    rest: Range<u64>,
    follows: u64,
    tally: Option<Arc<dyn Tally>>,
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Span")
            .field("rest", &self.rest)
            .field("follows", &self.follows)
            .finish_non_exhaustive()
    }
}

impl Span {
    /// These bytes of `file`, counted from its beginning. After them those up to `follows` will be asked for, which is
    /// good to know for whoever reads ahead.
    pub(super) fn new(file: Arc<File>, range: Range<u64>, follows: u64) -> Self {
        Self { file, rest: range, follows, tally: None }
    }

    /// For tests elsewhere.
    #[cfg(test)]
    pub(crate) fn of(file: File, range: Range<u64>, follows: u64) -> Self {
        Self::new(Arc::new(file), range, follows)
    }

    /// Has `tally` told of what is sent.
    #[must_use]
    pub fn counted(self, tally: Arc<dyn Tally>) -> Self {
        Self { tally: Some(tally), ..self }
    }

    /// The file.
    pub(crate) fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// The bytes that are still to be sent.
    pub(crate) fn rest(&self) -> Range<u64> {
        self.rest.clone()
    }

    /// Up to where the file will be asked for after this span.
    pub(crate) fn follows(&self) -> u64 {
        self.follows.max(self.rest.end)
    }

    /// How many bytes are still to be sent.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.rest.end.saturating_sub(self.rest.start)
    }

    /// Whether none are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Notes that `bytes` more were sent.
    pub(crate) fn sent(&mut self, bytes: u64) {
        let bytes = bytes.min(self.len());
        self.rest.start += bytes;
        if let Some(tally) = &self.tally {
            tally.sent(bytes);
        }
    }
}
