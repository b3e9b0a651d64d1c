//! Files' bytes are brought into memory before they are sent, so that no thread that others need waits for the disk.

use std::fs::File;
use std::future::Future as _;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::delivery::{self, Span};

/// How many bytes are brought in at a time at first: a client that then still waits for the disk gets twice as many the
/// next time.
const FIRST: u64 = 512 << 10;
/// How many at most.
const MOST: u64 = 4 << 20;
/// The distance at which it is looked whether bytes are in memory. To look at every page would cost more than to send
/// it, and what comes and goes does so in long stretches; a page that was missed is waited for.
const LOOK: u64 = 512 << 10;
/// How many bytes are read at a time where they have to be copied to be brought in.
const COPIED: usize = 128 << 10;
/// How the system divides its memory, at least.
const PAGE: u64 = 4 << 10;
/// How long it is taken for sure that what was in memory is still there.
const SURE: Duration = Duration::from_secs(1);

/// What is known of where the bytes are that a connection sends.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    file: Option<Arc<File>>,
    /// The bytes that were in memory, and when.
    seen: Option<(Range<u64>, Instant)>,
    bringing: Option<Bringing>,
    /// How many are brought in next.
    window: u64,
    /// Whether the client has had to wait for those on their way.
    waited: bool,
}

/// A thread that may wait for the disk, and what it brings in.
#[derive(Debug)]
struct Bringing {
    range: Range<u64>,
    thread: JoinHandle<io::Result<bool>>,
}

impl Ahead {
    /// How many of the span's next `most` bytes can be sent without waiting: at least one, once it is ready.
    ///
    /// # Errors
    /// When the disk can't be read.
    pub(super) fn poll_ready(
        &mut self,
        cx: &mut Context<'_>,
        span: &Span,
        most: u64,
    ) -> Poll<io::Result<u64>> {
        if !self.file.as_ref().is_some_and(|file| Arc::ptr_eq(file, span.file())) {
            *self = Self { file: Some(span.file().clone()), window: FIRST, ..Self::default() };
        }
        let at = span.rest().start;
        loop {
            if let Some((range, when)) = &self.seen
                && range.contains(&at)
                && when.elapsed() < SURE
            {
                return Poll::Ready(Ok(most.min(range.end - at)));
            }
            match &mut self.bringing {
                Some(bringing) if bringing.range.contains(&at) => {
                    if !bringing.thread.is_finished() {
                        // Most of it may be there already.
                        let count = in_memory(span.file(), at, most);
                        if count > 0 {
                            return Poll::Ready(Ok(count));
                        }
                        self.waited = true;
                    }
                    let missed =
                        ready!(Pin::new(&mut bringing.thread).poll(cx)).map_err(io::Error::other)??;
                    let end = bringing.range.end;
                    self.bringing = None;
                    self.seen = Some((at..end, Instant::now()));
                    if std::mem::take(&mut self.waited) {
                        self.window = (self.window * 2).min(MOST);
                    }
                    if missed {
                        // The rest won't be there either.
                        self.bring(span, end);
                    }
                }
                _ => match in_memory(span.file(), at, most) {
                    0 => self.bring(span, at),
                    count => self.seen = Some((at..at + count, Instant::now())),
                },
            }
        }
    }

    /// Has a window of the file's bytes from `start` on brought in, if more are asked for.
    fn bring(&mut self, span: &Span, start: u64) {
        let end = (start + self.window).min(span.follows());
        if end <= start {
            return;
        }
        let file = span.file().clone();
        let thread = tokio::task::spawn_blocking(move || bring(&file, start..end));
        self.bringing = Some(Bringing { range: start..end, thread });
    }
}

/// How many of the file's `most` bytes from `at` on are in memory.
fn in_memory(file: &File, at: u64, most: u64) -> u64 {
    // A file that has ended counts: who sends it will see.
    let is_there = |offset: u64| delivery::read_cached(file, &mut [0], at + offset).is_ok();
    if most == 0 || !is_there(0) {
        return 0;
    }
    let (mut there, last) = (0, most - 1);
    while there < last {
        let next = (there + LOOK).min(last);
        if is_there(next) {
            there = next;
            continue;
        }
        let mut missing = next;
        while missing - there > PAGE {
            let middle = there + (missing - there) / 2;
            if is_there(middle) {
                there = middle;
            } else {
                missing = middle;
            }
        }
        break;
    }
    there + 1
}

/// Waits until the file's bytes are in memory. Says whether any were missing.
fn bring(file: &File, range: Range<u64>) -> io::Result<bool> {
    let length = range.end - range.start;
    let missed = in_memory(file, range.start, length) < length;
    let read = read_through(file, range.clone());
    if read.is_err() {
        // A system without the one or the other; and if the disk is broken, this says so, too.
        copy(file, range)?;
    }
    Ok(missed)
}

/// Reads bytes without copying them, by sending them nowhere. Advice to the system (`WILLNEED`) would bring them in as
/// well, but page by page, at a third of the speed and for ten times the processor time.
#[cfg(target_os = "linux")]
fn read_through(file: &File, range: Range<u64>) -> io::Result<()> {
    use rustix::fs::{Advice, fadvise, sendfile};
    use rustix::io::Errno;
    use std::sync::LazyLock;
    static NOWHERE: LazyLock<io::Result<File>> =
        LazyLock::new(|| File::options().write(true).open("/dev/null"));
    let nowhere = NOWHERE.as_ref().map_err(|cause| io::Error::from(cause.kind()))?;
    // The system reads further ahead then; it may well not know the advice.
    let _ = fadvise(file, 0, None, Advice::Sequential);
    let mut at = range.start;
    while at < range.end {
        let rest = usize::try_from(range.end - at).unwrap_or(usize::MAX);
        match sendfile(nowhere, file, Some(&mut at), rest) {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(cause) => return Err(cause.into()),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn read_through(_: &File, _: Range<u64>) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn copy(file: &File, range: Range<u64>) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut bytes = vec![0; COPIED];
    let mut at = range.start;
    while at < range.end {
        match file.read_at(&mut bytes, at) {
            Ok(0) => break,
            Ok(count) => at += count as u64,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file(length: usize) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![1; length]).unwrap();
        file
    }

    async fn is_finished(ahead: &Ahead) {
        while !ahead.bringing.as_ref().unwrap().thread.is_finished() {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn what_was_just_written_is_in_memory_and_nothing_waits_behind_the_end() {
        let file = file(300_000);
        for (at, most) in [(0, 1), (0, 300_000), (299_999, 1), (4095, 2), (100_000, 65_537)] {
            assert_eq!(in_memory(&file, at, most), most, "{at}");
            bring(&file, at..at + most).unwrap();
            copy(&file, at..at + most).unwrap();
        }
        assert!(in_memory(&file, 300_000, 10) > 0);
        bring(&file, 299_000..400_000).unwrap();
        copy(&file, 299_000..400_000).unwrap();
    }

    #[tokio::test]
    async fn a_window_that_is_brought_in_is_taken_for_sure_and_the_next_one_is_on_its_way() {
        let span = Span::of(file(3_000_000), 0..100_000, 2_000_000);
        let mut ahead = Ahead { file: Some(span.file().clone()), window: FIRST, ..Ahead::default() };
        // As on a file system that can't tell, and with a disk that had to be waited for.
        let thread = tokio::task::spawn_blocking(|| Ok(true));
        ahead.bringing = Some(Bringing { range: 0..FIRST, thread });
        is_finished(&ahead).await;
        let count = std::future::poll_fn(|cx| ahead.poll_ready(cx, &span, 100_000)).await.unwrap();
        assert_eq!(count, 100_000);
        assert_eq!(ahead.bringing.unwrap().range, FIRST..2 * FIRST);
    }

    #[tokio::test]
    async fn a_disk_that_fails_is_an_error() {
        let span = Span::of(file(10), 0..10, 10);
        let mut ahead = Ahead { file: Some(span.file().clone()), window: FIRST, ..Ahead::default() };
        let thread = tokio::task::spawn_blocking(|| Err(io::Error::other("no")));
        ahead.bringing = Some(Bringing { range: 0..10, thread });
        is_finished(&ahead).await;
        assert!(std::future::poll_fn(|cx| ahead.poll_ready(cx, &span, 10)).await.is_err());
    }
}
