//! A connection that is given up when its client takes nothing for too long.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::outbox::{self, Outbox};
use super::sender::{Outcome, Sender};

/// A client's connection. Writing fails once the client has taken nothing for as long as it may; where a blank is
/// written, what it stands for is sent.
pub(super) struct Watched {
    stream: TcpStream,
    sender: Sender,
    stall: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    /// Whether the client has taken something since the timer was set.
    progress: bool,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, outbox: Outbox, stall: Duration) -> Self {
        Self { stream, sender: Sender::new(outbox), stall, timer: None, progress: true }
    }

    /// Notes whether a write went on, and fails when none did for too long.
    fn watch(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.progress = true;
            return written;
        }
        let deadline = Instant::now() + self.stall;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if std::mem::take(&mut self.progress) {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| {
            Err(io::Error::new(io::ErrorKind::TimedOut, "the client took nothing of its answer for too long"))
        })
    }

    /// Sends what a blank stands for.
    fn poll_blank(&mut self, cx: &mut Context<'_>, blank: usize) -> Poll<io::Result<usize>> {
        match self.sender.send(cx, &mut self.stream, blank) {
            Ok(Outcome::Sent(count)) => self.watch(cx, Poll::Ready(Ok(count))),
            Ok(Outcome::ClientWaits) => self.watch(cx, Poll::Pending),
            // It is not the client who stalls.
            Ok(Outcome::WeWait) => {
                self.progress = true;
                Poll::Pending
            }
            Err(cause) => Poll::Ready(Err(cause)),
        }
    }

    /// Writes bytes before a blank, so that they leave together with what it stands for.
    fn poll_first(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        #[cfg(target_os = "linux")]
        let written = send_more(&self.stream, cx, bytes);
        #[cfg(not(target_os = "linux"))]
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, written)
    }
}

/// Writes, and says that more comes at once.
#[cfg(target_os = "linux")]
fn send_more(stream: &TcpStream, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
    use rustix::net::SendFlags;
    let flags = SendFlags::MORE | SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    loop {
        std::task::ready!(stream.poll_write_ready(cx))?;
        let sent =
            stream.try_io(tokio::io::Interest::WRITABLE, || Ok(rustix::net::send(stream, bytes, flags)?));
        match sent {
            Err(cause) if matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            sent => return Poll::Ready(sent),
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if outbox::is_blank(bytes) {
            return self.poll_blank(cx, bytes.len());
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut filled = pieces.iter().filter(|piece| !piece.is_empty());
        let (first, mut others) = (filled.next(), filled);
        match first {
            Some(first) if outbox::is_blank(first) => self.poll_blank(cx, first.len()),
            // What is behind the blank is written when it is its turn.
            Some(first) if others.any(|piece| outbox::is_blank(piece)) => self.poll_first(cx, first),
            _ => {
                let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
                self.watch(cx, written)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
