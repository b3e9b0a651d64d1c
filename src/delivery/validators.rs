//! What tells one state of a file from another.

use super::http_date;
use std::time::{SystemTime, UNIX_EPOCH};

/// The validators of one state of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Validators {
    /// The strong entity tag, in its quotes.
    pub(super) etag: String,
    /// The time of its last change, in whole seconds.
    pub(super) modified: SystemTime,
}

impl Validators {
    /// The validators of a file of `length` bytes that was written at `modified`, as nginx computes them.
    pub(super) fn new(modified: SystemTime, length: u64) -> Validators {
        let seconds = modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Validators { etag: format!("\"{seconds:x}-{length:x}\""), modified }
    }

    /// The two headers that carry them.
    pub(super) fn headers(&self) -> [(&'static str, String); 2] {
        [("ETag", self.etag.clone()), ("Last-Modified", http_date::format(self.modified))]
    }
}
