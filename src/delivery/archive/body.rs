//! The body of a zip: its files are opened one after the other, as they come.

use std::fmt;
use std::future::Future;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::super::reader::{Piece as FilePiece, Reader};
use super::super::span::{Span, Supply};
use super::layout::{Layout, Piece};
use crate::storage::{StorageKey, Store};

/// The bytes of a zip, or of a part of one; memory use doesn't depend on its length, nor on how many files it has.
#[derive(Debug)]
pub struct Archive {
    store: Store,
    length: u64,
    /// What is still to be sent, the next at the end.
    rest: Vec<(Piece, Range<u64>)>,
    now: Now,
}

enum Now {
    Between,
    Bytes(io::Cursor<Vec<u8>>),
    Opening(Pin<Box<dyn Future<Output = io::Result<Reader>> + Send>>),
    File(Box<Reader>),
}

impl fmt::Debug for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Between => "Between",
            Self::Bytes(_) => "Bytes",
            Self::Opening(_) => "Opening",
            Self::File(_) => "File",
        })
    }
}

impl Archive {
    pub(super) fn new(layout: Layout, store: Store, part: Range<u64>) -> Self {
        let length = part.end - part.start;
        let mut rest = layout.cut(&part);
        rest.reverse();
        Self { store, length, rest, now: Now::Between }
    }

    /// How many bytes come in all.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Begins the next piece; says whether there is one.
    fn begin_next(&mut self) -> bool {
        let Some((piece, range)) = self.rest.pop() else { return false };
        self.now = match piece {
            Piece::Bytes(bytes) => {
                let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
                let bytes = bytes.get(index(range.start)..index(range.end)).unwrap_or_default().to_vec();
                Now::Bytes(io::Cursor::new(bytes))
            }
            Piece::File(key, length) => Now::Opening(Box::pin(open(self.store.clone(), key, length, range))),
        };
        true
    }
}

/// Opens a part of a file of the store.
async fn open(store: Store, key: StorageKey, length: u64, range: Range<u64>) -> io::Result<Reader> {
    let stored = store.open_async(&key, length).await.map_err(io::Error::other)?;
    Ok(Reader::new(vec![FilePiece::Stored(stored.source, range)]))
}

impl Supply for Archive {
    fn poll_span(self: Pin<&mut Self>, cx: &mut Context<'_>, most: u64) -> Poll<io::Result<Option<Span>>> {
        match &mut self.get_mut().now {
            Now::File(reader) => Pin::new(&mut **reader).poll_span(cx, most),
            // Reading goes on to the next file.
            _ => Poll::Ready(Ok(None)),
        }
    }
}

impl AsyncRead for Archive {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if buf.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            let before = buf.filled().len();
            match &mut this.now {
                Now::Between => {
                    if !this.begin_next() {
                        return Poll::Ready(Ok(()));
                    }
                    continue;
                }
                Now::Bytes(bytes) => ready!(Pin::new(bytes).poll_read(cx, buf))?,
                Now::Opening(opening) => {
                    let opened = ready!(opening.as_mut().poll(cx));
                    this.now = Now::Between;
                    this.now = Now::File(Box::new(opened?));
                    continue;
                }
                Now::File(reader) => ready!(Pin::new(reader).poll_read(cx, buf))?,
            }
            if buf.filled().len() > before {
                return Poll::Ready(Ok(()));
            }
            this.now = Now::Between;
        }
    }
}
