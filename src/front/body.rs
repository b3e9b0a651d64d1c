//! The bodies that the front sends and passes on.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::io::ReadBuf;
use tokio::time::Sleep;

use super::Load;
use super::buffers::{Buffer, Buffers, SIZES};
use super::outbox::{self, Outbox};
use super::upstream::Lease;

/// A client that took a piece sooner than this gets larger ones.
const QUICK: Duration = Duration::from_millis(2);
/// A client that took longer than this for a piece gets smaller ones.
const SLOW: Duration = Duration::from_millis(20);

/// The body of an answer.
pub(super) enum Answer {
    /// What the app sends, as it comes.
    Relayed { body: Incoming, lease: Lease },
    /// A file's bytes.
    File(FileBody),
    /// A sentence of the front's own.
    Text(Bytes),
    /// Nothing.
    Empty,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.get_mut() {
            Answer::Relayed { body, lease } => {
                let frame = ready!(Pin::new(&mut *body).poll_frame(cx));
                if frame.is_none() || body.is_end_stream() {
                    lease.give_back();
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Answer::File(file) => file.poll_piece(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece?)))),
            Answer::Text(text) if text.is_empty() => Poll::Ready(None),
            Answer::Text(text) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text))))),
            Answer::Empty => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Answer::Relayed { body, .. } => body.is_end_stream(),
            Answer::File(file) => file.rest == 0,
            Answer::Text(text) => text.is_empty(),
            Answer::Empty => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Answer::Relayed { body, .. } => body.size_hint(),
            Answer::File(file) => SizeHint::with_exact(file.rest),
            Answer::Text(text) => SizeHint::with_exact(text.len() as u64),
            Answer::Empty => SizeHint::with_exact(0),
        }
    }
}

/// A file's bytes: what lies in a file is left in the outbox, the rest is read in pieces as large as the client is quick.
pub(super) struct FileBody {
    load: Load,
    /// How many bytes are still to come.
    rest: u64,
    outbox: Outbox,
    buffers: Buffers,
    /// The buffer that is being filled, while the disk is waited for.
    filling: Option<Buffer>,
    /// Which of the buffers' sizes comes next.
    size: usize,
    /// When the last piece was handed on.
    last: Option<Instant>,
}

impl FileBody {
    pub(super) fn new(load: Load, outbox: Outbox, buffers: Buffers) -> Self {
        Self { rest: load.length, load, outbox, buffers, filling: None, size: 1, last: None }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.rest == 0 {
            return Poll::Ready(None);
        }
        if cfg!(target_os = "linux") && self.filling.is_none() {
            let most = self.rest.min(outbox::LONGEST as u64);
            if let Some(span) = ready!(self.load.bytes.as_mut().poll_span(cx, most))? {
                self.rest -= span.len();
                return Poll::Ready(Some(self.outbox.put(span)));
            }
        }
        let mut buffer = self.filling.take().unwrap_or_else(|| {
            self.adapt();
            self.buffers.take(self.size)
        });
        let most = usize::try_from(self.rest).unwrap_or(usize::MAX);
        let room = buffer.room();
        let most = most.min(room.len());
        let room = room.get_mut(..most).unwrap_or_default();
        let mut buf = ReadBuf::new(room);
        match self.load.bytes.as_mut().poll_read(cx, &mut buf) {
            Poll::Pending => {
                self.filling = Some(buffer);
                Poll::Pending
            }
            Poll::Ready(Err(cause)) => Poll::Ready(Some(Err(cause))),
            Poll::Ready(Ok(())) => {
                let filled = buf.filled().len();
                if filled == 0 {
                    let cause =
                        io::Error::new(io::ErrorKind::UnexpectedEof, "a body ended before its length");
                    return Poll::Ready(Some(Err(cause)));
                }
                self.rest -= filled as u64;
                self.last = Some(Instant::now());
                buffer.set_filled(filled);
                Poll::Ready(Some(Ok(Bytes::from_owner(buffer))))
            }
        }
    }

    /// The size of the next piece, by how long the last one took.
    fn adapt(&mut self) {
        let Some(took) = self.last.map(|last| last.elapsed()) else { return };
        if took < QUICK {
            self.size = (self.size + 1).min(SIZES.len() - 1);
        } else if took > SLOW {
            self.size = self.size.saturating_sub(1);
        }
    }
}

/// The body of a request, which must not stand still.
pub(super) struct Asked {
    body: Incoming,
    stall: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Asked {
    pub(super) fn new(body: Incoming, stall: Duration) -> Self {
        Self { body, stall, timer: None }
    }
}

impl Body for Asked {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let stall = this.stall;
        let timer = this.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(timer.as_mut().poll(cx));
        let cause = io::Error::new(io::ErrorKind::TimedOut, "the rest of a request did not come");
        Poll::Ready(Some(Err(cause.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
