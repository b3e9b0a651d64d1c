//! Sending spans: the system moves them from its memory into the connection, and they never come into ours.

use std::io;
use std::os::unix::fs::FileExt;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncWrite, Interest};
use tokio::net::TcpStream;

use super::ahead::Ahead;
use super::outbox::Outbox;
use crate::delivery::Span;

/// How many bytes one connection may send before it lets the others come up: some milliseconds' worth. To come up again
/// costs another thread's waking.
const TURN: u64 = 4 << 20;
/// How many are copied at a time where the file system doesn't know how to send.
const COPIED: usize = 64 << 10;

/// What came of sending.
pub(super) enum Outcome {
    /// So many bytes of the blank are done.
    Sent(usize),
    /// The client has to take something first; the task is woken then.
    ClientWaits,
    /// The client could take more, but has to wait for us; the task is woken then.
    WeWait,
}

/// What sends a connection's spans.
#[derive(Debug)]
pub(super) struct Sender {
    outbox: Outbox,
    now: Option<Span>,
    ahead: Ahead,
    /// How many bytes went since anybody else could come up.
    in_turn: u64,
}

impl Sender {
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, now: None, ahead: Ahead::default(), in_turn: 0 }
    }

    /// Sends some of what a blank stands for, of which `blank` bytes are left.
    ///
    /// # Errors
    /// When the client has gone, the file has ended before its time or can't be read, or no span of this length is to be
    /// sent, which is a mistake of ours.
    pub(super) fn send(
        &mut self,
        cx: &mut Context<'_>,
        stream: &mut TcpStream,
        blank: usize,
    ) -> io::Result<Outcome> {
        if self.in_turn >= TURN {
            self.in_turn = 0;
            cx.waker().wake_by_ref();
            return Ok(Outcome::WeWait);
        }
        if self.now.is_none() {
            self.now = self.outbox.take();
        }
        let Some(span) = self.now.as_mut().filter(|span| span.len() == blank as u64) else {
            return Err(io::Error::other("a blank stands for nothing"));
        };
        loop {
            if stream.poll_write_ready(cx)?.is_pending() {
                self.in_turn = 0;
                return Ok(Outcome::ClientWaits);
            }
            let Poll::Ready(ready) = self.ahead.poll_ready(cx, span, span.len()) else {
                self.in_turn = 0;
                return Ok(Outcome::WeWait);
            };
            let count = usize::try_from(ready?).unwrap_or(usize::MAX);
            let sent = match stream.try_io(Interest::WRITABLE, || hand_over(stream, span, count)) {
                Err(cause) if is_try_again(&cause) => continue,
                Err(cause) if is_unknown(&cause) => match copy(cx, stream, span, count) {
                    Poll::Ready(sent) => sent?,
                    Poll::Pending => {
                        self.in_turn = 0;
                        return Ok(Outcome::ClientWaits);
                    }
                },
                sent => sent?,
            };
            if sent == 0 {
                let cause = "the stored file ended before its recorded length";
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, cause));
            }
            span.sent(sent as u64);
            self.in_turn += sent as u64;
            if span.is_empty() {
                if span.follows() == span.rest().end {
                    // A connection that waits for its next request holds no file open.
                    self.ahead = Ahead::default();
                }
                self.now = None;
            }
            return Ok(Outcome::Sent(sent));
        }
    }
}

fn is_try_again(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Whether the file system, or the system, doesn't know how to send.
fn is_unknown(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}

#[cfg(target_os = "linux")]
fn hand_over(stream: &TcpStream, span: &Span, count: usize) -> io::Result<usize> {
    let mut at = span.rest().start;
    Ok(rustix::fs::sendfile(stream, span.file(), Some(&mut at), count)?)
}

/// Only Linux sends in this way.
#[cfg(not(target_os = "linux"))]
fn hand_over(_: &TcpStream, _: &Span, _: usize) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Reads bytes that are in memory, and writes them. What the client doesn't take is read again.
fn copy(cx: &mut Context<'_>, stream: &mut TcpStream, span: &Span, count: usize) -> Poll<io::Result<usize>> {
    let mut bytes = vec![0; count.min(COPIED)];
    let read = span.file().read_at(&mut bytes, span.rest().start)?;
    if read == 0 {
        return Poll::Ready(Ok(0));
    }
    Pin::new(stream).poll_write(cx, bytes.get(..read).unwrap_or_default())
}
