//! The body of a built-in answer, read from the file as it is sent.

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes of the file.
    File(Range<u64>),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Piece::Bytes(bytes) => bytes.len() as u64,
            Piece::File(range) => range.end.saturating_sub(range.start),
        }
    }
}

/// The bytes of a body, read from the file as they are asked for; memory use doesn't depend on its length.
///
/// What the system has in memory is read at once, on the thread that asks. Only what must come from the disk goes to
/// a thread that may wait. A file that ends before its promised end is an [`io::ErrorKind::UnexpectedEof`], so that
/// the connection breaks rather than leave the reader with half a book that looks whole.
#[derive(Debug)]
pub struct Reader {
    file: Arc<File>,
    length: u64,
    /// What is still to be sent, the next at the end.
    rest: Vec<Piece>,
    /// A read that waits for the disk.
    waiting: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl Reader {
    pub(super) fn new(file: File, mut pieces: Vec<Piece>) -> Reader {
        let length = pieces.iter().map(Piece::len).sum();
        pieces.reverse();
        Reader { file: Arc::new(file), length, rest: pieces, waiting: None }
    }

    /// How many bytes come in all: the answer's `Content-Length`.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes over what the thread that waited for the disk has read; those bytes come next.
    fn take_over(&mut self, read: io::Result<Vec<u8>>) -> io::Result<()> {
        let bytes = read?;
        if bytes.is_empty() {
            return Err(too_short());
        }
        if let Some(Piece::File(range)) = self.rest.last_mut() {
            range.start += bytes.len() as u64;
        }
        self.rest.push(Piece::Bytes(bytes));
        Ok(())
    }
}

impl AsyncRead for Reader {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            if let Some(waiting) = &mut this.waiting {
                let read =
                    ready!(Pin::new(waiting).poll(cx)).unwrap_or_else(|cause| Err(io::Error::other(cause)));
                this.waiting = None;
                this.take_over(read)?;
            }
            match this.rest.last_mut() {
                None => return Poll::Ready(Ok(())),
                Some(piece) if piece.len() == 0 => {
                    this.rest.pop();
                }
                Some(Piece::Bytes(bytes)) => {
                    let count = bytes.len().min(buf.remaining());
                    buf.put_slice(bytes.get(..count).unwrap_or(bytes));
                    bytes.drain(..count);
                    return Poll::Ready(Ok(()));
                }
                Some(Piece::File(range)) => {
                    let want = clamp(range.end - range.start, buf.remaining());
                    match read_cached(&this.file, buf.initialize_unfilled_to(want), range.start) {
                        Ok(0) => return Poll::Ready(Err(too_short())),
                        Ok(count) => {
                            range.start += count as u64;
                            buf.advance(count);
                            return Poll::Ready(Ok(()));
                        }
                        Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {
                            let (file, offset) = (Arc::clone(&this.file), range.start);
                            let want = clamp(range.end - range.start, CHUNK);
                            this.waiting =
                                Some(tokio::task::spawn_blocking(move || read_waiting(&file, want, offset)));
                        }
                        Err(cause) => return Poll::Ready(Err(cause)),
                    }
                }
            }
        }
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
fn read_cached(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
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
fn read_cached(_: &File, _: &mut [u8], _: u64) -> io::Result<usize> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Reads up to `want` bytes, from the disk if need be; none only at the end of the file.
fn read_waiting(file: &File, want: usize, offset: u64) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; want];
    loop {
        match file.read_at(&mut bytes, offset) {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            result => {
                bytes.truncate(result?);
                return Ok(bytes);
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
        let mut reader = Reader::new(file, vec![Piece::File(10..400_000), Piece::Bytes(b"end".to_vec())]);
        // As if nothing were in memory: the first read waits.
        let bytes = read_waiting(&reader.file, CHUNK, 10);
        reader.take_over(bytes).unwrap();
        let mut read = Vec::new();
        reader.read_to_end(&mut read).await.unwrap();
        assert!(read == [&book[10..400_000], b"end"].concat());
    }
}
