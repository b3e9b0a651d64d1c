//! Several parts of a file in one answer: `multipart/byteranges` (RFC 9110 §14.6).

use super::reader::Piece;
use crate::storage::Source;
use std::ops::Range;

/// The body of such an answer, and its media type.
pub(super) struct Multipart {
    /// With the boundary.
    pub(super) media_type: String,
    /// What is sent, in order.
    pub(super) pieces: Vec<Piece>,
}

/// Lays out `parts` of the file `source` of `size` bytes and of type `media_type`.
///
/// `boundary` must not occur in the file: take 128 random bits.
pub(super) fn lay_out(
    source: &Source,
    parts: &[Range<u64>],
    size: u64,
    media_type: &str,
    boundary: &str,
) -> Multipart {
    let mut pieces = Vec::with_capacity(parts.len() * 2 + 1);
    for part in parts {
        let last = part.end.saturating_sub(1);
        let head = format!(
            "\r\n--{boundary}\r\nContent-Type: {media_type}\r\nContent-Range: bytes {}-{last}/{size}\r\n\r\n",
            part.start
        );
        pieces.push(Piece::Bytes(head.into()));
        pieces.push(Piece::Stored(source.clone(), part.clone()));
    }
    pieces.push(Piece::Bytes(format!("\r\n--{boundary}--\r\n").into()));
    Multipart { media_type: format!("multipart/byteranges; boundary={boundary}"), pieces }
}
