//! How long a body is waited for.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// The least that a client must send on the average, in bytes a second; the printed proxy configurations ask the same.
const LEAST: u64 = 500;

/// Waits for a body in windows of time; in each at least a little must come.
pub(super) struct Patience {
    window: Duration,
    end: Instant,
    came: u64,
}

/// Next to nothing came for too long.
#[derive(Debug)]
pub(super) struct Stalled;

impl Patience {
    pub(super) fn new(seconds: u32) -> Self {
        let window = Duration::from_secs(seconds.into());
        Self { window, end: Instant::now() + window, came: 0 }
    }

    /// What `read` gives, unless the client stalls meanwhile. `bytes` says how many bytes that was.
    pub(super) async fn wait<T>(
        &mut self,
        read: impl Future<Output = T>,
        bytes: impl Fn(&T) -> usize,
    ) -> Result<T, Stalled> {
        let mut read = std::pin::pin!(read);
        loop {
            match timeout_at(self.end, &mut read).await {
                Ok(read) => {
                    self.came += bytes(&read) as u64;
                    return Ok(read);
                }
                Err(_) if self.came < LEAST * self.window.as_secs() => return Err(Stalled),
                Err(_) => {
                    self.came = 0;
                    self.end = Instant::now() + self.window;
                }
            }
        }
    }
}
