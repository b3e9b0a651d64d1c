//! The body of a built-in answer, read from the file as it is sent.

use super::span::{Span, Supply};
use crate::storage::Source;
use bytes::{Buf as _, Bytes};
use futures_util::stream::{BoxStream, StreamExt as _};
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::task::JoinHandle;

/// How many bytes are read and handed on at a time: more is hardly faster, and each slow download holds a few of these.
pub const CHUNK: usize = 128 * 1024;

/// A piece of a body.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// These bytes.
    Bytes(Bytes),
    /// These bytes of a stored file.
    Stored(Source, Range<u64>),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Piece::Bytes(bytes) => bytes.len() as u64,
            Piece::Stored(_, range) => range.end.saturating_sub(range.start),
        }
    }
}

/// The bytes of a body, read from the file as they are asked for; memory use doesn't depend on its length.
///
/// What the system has in memory is read at once, on the thread that asks. Only what must come from the disk goes to
/// a thread that may wait. A file that ends before its promised end is an [`io::ErrorKind::UnexpectedEof`], so that
/// the connection breaks rather than leave the reader with half a book that looks whole.
pub struct Reader {
    length: u64,
    /// What is still to be sent, the next at the end.
    rest: Vec<Piece>,
    /// What the next bytes come by, when they aren't in memory.
    waiting: Waiting,
}

/// What the next bytes come by.
enum Waiting {
    /// Nothing: they are to be asked for.
    Idle,
    /// A thread that may wait for the disk.
    Disk(JoinHandle<io::Result<Bytes>>),
    /// A request to the service that has the object, not answered yet.
    Request(Pin<Box<dyn Future<Output = io::Result<Blocks>> + Send>>),
    /// The answer to it.
    Blocks(Blocks),
}

/// The bytes of an object as they come.
type Blocks = BoxStream<'static, io::Result<Bytes>>;

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("length", &self.length)
            .field("rest", &self.rest)
            .finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(mut pieces: Vec<Piece>) -> Reader {
        let length = pieces.iter().map(Piece::len).sum();
        pieces.reverse();
        Reader { length, rest: pieces, waiting: Waiting::Idle }
    }

    /// How many bytes come in all: the answer's `Content-Length`.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Goes on to the next piece.
    fn leave_piece(&mut self) {
        if let Some(Piece::Stored(_, _)) = self.rest.pop() {
            // What was asked for was this piece alone.
            self.waiting = Waiting::Idle;
        }
    }

    /// Takes over what was waited for; those bytes come next.
    fn take_over(&mut self, read: io::Result<Bytes>) -> io::Result<()> {
        let mut bytes = read?;
        if let Some(Piece::Stored(_, range)) = self.rest.last_mut() {
            // Never more than was promised, whatever a service sends.
            bytes.truncate(clamp(range.end - range.start, bytes.len()));
            range.start += bytes.len() as u64;
        }
        if bytes.is_empty() {
            return Err(too_short());
        }
        self.rest.push(Piece::Bytes(bytes));
        Ok(())
    }

    /// Waits for what was asked for last, if anything was.
    fn poll_waiting(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.waiting {
            Waiting::Idle => Poll::Ready(Ok(())),
            Waiting::Disk(read) => {
                let read =
                    ready!(Pin::new(read).poll(cx)).unwrap_or_else(|cause| Err(io::Error::other(cause)));
                self.waiting = Waiting::Idle;
                Poll::Ready(self.take_over(read))
            }
            Waiting::Request(request) => {
                let blocks = ready!(request.as_mut().poll(cx));
                self.waiting = Waiting::Idle;
                self.waiting = Waiting::Blocks(blocks?);
                self.poll_waiting(cx)
            }
            Waiting::Blocks(blocks) => {
                let block = loop {
                    match ready!(blocks.poll_next_unpin(cx)) {
                        Some(Ok(block)) if block.is_empty() => {}
                        other => break other,
                    }
                };
                Poll::Ready(self.take_over(block.unwrap_or_else(|| Err(too_short()))))
            }
        }
    }
}

impl AsyncRead for Reader {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            match this.rest.last_mut() {
                None => return Poll::Ready(Ok(())),
                Some(piece) if piece.len() == 0 => this.leave_piece(),
                Some(Piece::Bytes(bytes)) => {
                    let count = bytes.len().min(buf.remaining());
                    buf.put_slice(bytes.get(..count).unwrap_or(bytes));
                    bytes.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Some(Piece::Stored(_, _)) if !matches!(this.waiting, Waiting::Idle) => {
                    ready!(this.poll_waiting(cx))?;
                }
                Some(Piece::Stored(Source::File(file), range)) => {
                    let want = clamp(range.end - range.start, buf.remaining());
                    match read_cached(file, buf.initialize_unfilled_to(want), range.start) {
                        Ok(0) => return Poll::Ready(Err(too_short())),
                        Ok(count) => {
                            range.start += count as u64;
                            buf.advance(count);
                            return Poll::Ready(Ok(()));
                        }
                        Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {
                            let (file, offset) = (Arc::clone(file), range.start);
                            let want = clamp(range.end - range.start, CHUNK);
                            let read = tokio::task::spawn_blocking(move || read_waiting(&file, want, offset));
                            this.waiting = Waiting::Disk(read);
                        }
                        Err(cause) => return Poll::Ready(Err(cause)),
                    }
                }
                Some(Piece::Stored(Source::Object(object), range)) => {
                    this.waiting = Waiting::Request(Box::pin(object.clone().read(range.clone())));
                }
            }
        }
    }
}

impl Supply for Reader {
    fn poll_span(self: Pin<&mut Self>, _: &mut Context<'_>, most: u64) -> Poll<io::Result<Option<Span>>> {
        let this = self.get_mut();
        while this.rest.last().is_some_and(|piece| piece.len() == 0) {
            this.leave_piece();
        }
        let span = match this.rest.last_mut() {
            // What is waited for already is read.
            Some(Piece::Stored(Source::File(file), range)) if matches!(this.waiting, Waiting::Idle) => {
                let end = range.end.min(range.start.saturating_add(most));
                let span = Span::new(Arc::clone(file), range.start..end, range.end);
                range.start = end;
                (!span.is_empty()).then_some(span)
            }
            _ => None,
        };
        Poll::Ready(Ok(span))
    }
}

/// `length`, at most `most`.
fn clamp(length: u64, most: usize) -> usize {
    usize::try_from(length).map_or(most, |length| length.min(most))
}

fn too_short() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the stored file ended before its recorded length")
}

/// Reads what the system has in memory; [`io::ErrorKind::WouldBlock`] when it would have to wait for the disk.
#[cfg(target_os = "linux")]
pub(crate) fn read_cached(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use rustix::io::{Errno, ReadWriteFlags};
    let mut buffers = [io::IoSliceMut::new(buffer)];
    match rustix::io::preadv2(file, &mut buffers, offset, ReadWriteFlags::NOWAIT) {
        // Some file systems, and old kernels, can't tell: then all reads wait.
        Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::INTR) => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        result => Ok(result?),
    }
}

/// Only Linux can tell what is in memory: elsewhere all reads wait.
#[cfg(not(target_os = "linux"))]
pub(crate) fn read_cached(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads up to `want` bytes, from the disk if need be; none only at the end of the file.
fn read_waiting(file: &File, want: usize, offset: u64) -> io::Result<Bytes> {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; want];
    loop {
        match file.read_at(&mut bytes, offset) {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            result => {
                bytes.truncate(result?);
                return Ok(bytes.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn bytes_that_must_come_from_the_disk_are_the_same() {
        let book: Vec<u8> = (0..262_144_u32).flat_map(u32::to_le_bytes).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&book).unwrap();
        let file = Arc::new(file);
        let pieces = vec![
            Piece::Stored(Source::File(Arc::clone(&file)), 10..400_000),
            Piece::Bytes(Bytes::from_static(b"end")),
        ];
        let mut reader = Reader::new(pieces);
        // As if nothing were in memory: the first read waits.
        let bytes = read_waiting(&file, CHUNK, 10);
        reader.take_over(bytes).unwrap();
        let mut read = Vec::new();
        reader.read_to_end(&mut read).await.unwrap();
        assert!(read == [&book[10..400_000], b"end"].concat());
    }
}
