//! Counting a body's bytes as they leave, and holding them back where its lane wants it.

use std::future::Future as _;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::lanes::Lane;
use super::{Ended, Ledger};
use crate::clock::Clock;
use crate::db::Timestamp;
use crate::delivery::{Span, Supply, Tally};

/// What the ledger is told when a body has ended, however it ended.
#[derive(Debug)]
pub struct Meter {
    /// The ledger.
    pub ledger: Ledger,
    /// Tells when it ends.
    pub clock: Clock,
    /// Which answers of the ledger end with it.
    pub ends: Ends,
    /// How many bytes were promised.
    pub promised: u64,
    /// The place that it takes among the others.
    pub lane: Lane,
}

/// Which answers of the ledger end with a body.
#[derive(Debug)]
pub enum Ends {
    /// One file.
    One {
        /// The answer.
        ticket: String,
        /// The part of the file that was promised, if it is one.
        part: Option<Range<u64>>,
    },
    /// Several files, in one zip.
    Many {
        /// Where in the zip the body begins.
        from: u64,
        /// The answers, each with where in the zip its file is.
        members: Vec<(String, Range<u64>)>,
    },
}

impl Ends {
    /// What the ledger is told when `sent` of the `promised` bytes were sent.
    fn ended(&self, at: Timestamp, promised: u64, sent: u64) -> Vec<Ended> {
        let (from, members) = match self {
            Self::One { ticket, part } => {
                let part = part.clone();
                return vec![Ended { ticket: ticket.clone(), at, part, promised, sent }];
            }
            Self::Many { from, members } => (*from, members),
        };
        let within = |place: &Range<u64>, bytes: u64| {
            let start = from.clamp(place.start, place.end);
            start..(from + bytes).clamp(start, place.end)
        };
        let ended = members.iter().map(|(ticket, place)| {
            let (promised, sent) = (within(place, promised), within(place, sent));
            Ended {
                ticket: ticket.clone(),
                at,
                part: Some(promised.start - place.start..promised.end - place.start),
                promised: promised.end - promised.start,
                sent: sent.end - sent.start,
            }
        });
        ended.collect()
    }
}

/// A body with its meter.
#[derive(Debug)]
pub struct Metered<R> {
    inner: R,
    running: Arc<Running>,
    /// Until when nothing goes.
    pause: Option<Pin<Box<Sleep>>>,
}

/// The count of a body, shared with the spans that are on their way: it ends with the last of them, and says then what
/// was sent.
#[derive(Debug)]
struct Running {
    meter: Meter,
    sent: AtomicU64,
}

impl Tally for Running {
    fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let meter = &self.meter;
        for ended in meter.ends.ended(meter.clock.now(), meter.promised, *self.sent.get_mut()) {
            meter.ledger.ended(ended);
        }
    }
}

impl<R> Metered<R> {
    /// `inner` under this meter.
    pub fn new(inner: R, meter: Meter) -> Self {
        let running = Arc::new(Running { meter, sent: AtomicU64::new(0) });
        Self { inner, running, pause: None }
    }

    /// How many of `wanted` bytes may go now: at least one. They are taken from the lane.
    fn poll_may(&mut self, cx: &mut Context<'_>, wanted: usize) -> Poll<usize> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            match self.running.meter.lane.take(wanted) {
                Ok(may) => return Poll::Ready(may.min(wanted)),
                Err(wait) => self.pause = Some(Box::pin(sleep(wait))),
            }
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.running.meter.lane.is_free() {
            let before = buf.filled().len();
            ready!(Pin::new(&mut this.inner).poll_read(cx, buf))?;
            this.running.sent((buf.filled().len() - before) as u64);
            return Poll::Ready(Ok(()));
        }
        let may = ready!(this.poll_may(cx, buf.remaining()));
        let mut some = ReadBuf::new(buf.initialize_unfilled_to(may));
        let read = Pin::new(&mut this.inner).poll_read(cx, &mut some);
        let count = some.filled().len();
        this.running.meter.lane.give_back(may - count);
        buf.advance(count);
        this.running.sent(count as u64);
        read
    }
}

impl<R: Supply + Unpin> Supply for Metered<R> {
    /// A span is counted as the system takes it, which is closer to what the client has than what was read for it.
    fn poll_span(self: Pin<&mut Self>, cx: &mut Context<'_>, most: u64) -> Poll<io::Result<Option<Span>>> {
        let this = self.get_mut();
        let may = if this.running.meter.lane.is_free() {
            most
        } else {
            ready!(this.poll_may(cx, usize::try_from(most).unwrap_or(usize::MAX))) as u64
        };
        let span = Pin::new(&mut this.inner).poll_span(cx, may);
        let count = match &span {
            Poll::Ready(Ok(Some(span))) => span.len(),
            _ => 0,
        };
        this.running.meter.lane.give_back(usize::try_from(may.saturating_sub(count)).unwrap_or(usize::MAX));
        span.map_ok(|span| span.map(|span| span.counted(this.running.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_a_zip_is_told_what_was_sent_of_it() {
        let members = vec![("a".to_owned(), 40..140), ("b".to_owned(), 180..280), ("c".to_owned(), 320..320)];
        let ends = Ends::Many { from: 90, members };
        let ended: Vec<_> = ends
            .ended(crate::db::Timestamp::default(), 200, 120)
            .into_iter()
            .map(|ended| (ended.ticket, ended.part, ended.promised, ended.sent))
            .collect();
        assert_eq!(
            ended,
            [
                ("a".to_owned(), Some(50..100), 50, 50),
                ("b".to_owned(), Some(0..100), 100, 30),
                ("c".to_owned(), Some(0..0), 0, 0)
            ]
        );
    }
}
