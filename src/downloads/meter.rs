//! Counting a body's bytes as they leave, and holding them back where its lane wants it.

use std::future::Future as _;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::lanes::Lane;
use super::{Ended, Ledger};
use crate::clock::Clock;

/// What the ledger is told when a body has ended, however it ended.
#[derive(Debug)]
pub struct Meter {
    /// The ledger.
    pub ledger: Ledger,
    /// Tells when it ends.
    pub clock: Clock,
    /// The answer.
    pub ticket: String,
    /// The part of the file that was promised, if it is one.
    pub part: Option<Range<u64>>,
    /// How many bytes were promised.
    pub promised: u64,
    /// The place that it takes among the others.
    pub lane: Lane,
}

/// A body with its meter.
#[derive(Debug)]
pub struct Metered<R> {
    inner: R,
    meter: Meter,
    sent: u64,
    /// Until when nothing goes.
    pause: Option<Pin<Box<Sleep>>>,
}

impl<R> Metered<R> {
    /// `inner` under this meter.
    pub fn new(inner: R, meter: Meter) -> Self {
        Self { inner, meter, sent: 0, pause: None }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        if this.meter.lane.is_free() {
            ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
            this.sent += (buf.filled().len() - before) as u64;
            return Poll::Ready(Ok(()));
        }
        let wanted = buf.remaining();
        let may = loop {
            if let Some(pause) = &mut this.pause {
                ready!(pause.as_mut().poll(cx));
                this.pause = None;
            }
            match this.meter.lane.take(wanted) {
                Ok(may) => break may.min(wanted),
                Err(wait) => this.pause = Some(Box::pin(sleep(wait))),
            }
        };
        let mut some = ReadBuf::new(buf.initialize_unfilled_to(may));
        let read = Pin::new(&mut this.inner).poll_read(cx, &mut some);
        let count = some.filled().len();
        this.meter.lane.give_back(may - count);
        buf.advance(count);
        this.sent += count as u64;
        read
    }
}

impl<R> Drop for Metered<R> {
    fn drop(&mut self) {
        let meter = &self.meter;
        meter.ledger.ended(Ended {
            ticket: meter.ticket.clone(),
            at: meter.clock.now(),
            part: meter.part.clone(),
            promised: meter.promised,
            sent: self.sent,
        });
    }
}
