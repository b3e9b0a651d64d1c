//! The bytes of one request on their way to the part.

use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::patience::{Patience, Stalled};

/// How many bytes are read before they are written, and so the memory that a running upload takes.
pub(super) const BLOCK: usize = 1 << 20;

/// How a block came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is full; more may come.
    Full,
    /// The body is over.
    Over,
    /// The connection broke.
    Broken,
    /// Nothing came for too long.
    Stalled,
}

/// Fills `block` from `body`, up to [`BLOCK`] bytes.
pub(super) async fn fill(
    block: &mut Vec<u8>,
    body: &mut (impl AsyncRead + Unpin),
    patience: &mut Patience,
) -> End {
    block.clear();
    while block.len() < BLOCK {
        let read = body.read_buf(block);
        match patience.wait(read, |read| *read.as_ref().unwrap_or(&0)).await {
            Ok(Ok(0)) => return End::Over,
            Ok(Ok(_)) => {}
            Ok(Err(_)) => return End::Broken,
            Err(Stalled) => return End::Stalled,
        }
    }
    End::Full
}
