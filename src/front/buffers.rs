//! Buffers that are used again and again.

use std::sync::{Arc, Mutex, PoisonError};

/// The sizes that buffers have, in bytes: a slow client holds small ones, a quick one has little to wait for.
pub(super) const SIZES: [usize; 3] = [16 << 10, 64 << 10, 256 << 10];
/// How many bytes lie ready in buffers of each size, at most.
const KEPT: usize = 2 << 20;

/// The buffers of one size that nobody uses just now.
type Shelf = Mutex<Vec<Box<[u8]>>>;

/// Buffers of a few sizes, each cleared once in its life.
#[derive(Debug, Clone, Default)]
pub(super) struct Buffers {
    free: Arc<[Shelf; SIZES.len()]>,
}

impl Buffers {
    /// A buffer of `SIZES[size]` bytes.
    pub(super) fn take(&self, size: usize) -> Buffer {
        let size = size.min(SIZES.len() - 1);
        let free =
            self.free.get(size).and_then(|free| free.lock().unwrap_or_else(PoisonError::into_inner).pop());
        let bytes = free.unwrap_or_else(|| vec![0; SIZES.get(size).copied().unwrap_or_default()].into());
        Buffer { bytes, filled: 0, size, home: self.clone() }
    }
}

/// A buffer, on loan: it goes home when it is dropped.
#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Box<[u8]>,
    filled: usize,
    size: usize,
    home: Buffers,
}

impl Buffer {
    /// All of it, to be written to.
    pub(super) fn room(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Says how many bytes from its beginning on are worth sending.
    pub(super) fn set_filled(&mut self, filled: usize) {
        self.filled = filled;
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or(&self.bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        if let Some(free) = self.home.free.get(self.size) {
            let mut free = free.lock().unwrap_or_else(PoisonError::into_inner);
            if free.len() < KEPT / bytes.len().max(1) {
                free.push(bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_used_again_and_few_are_kept() {
        let buffers = Buffers::default();
        let first = buffers.take(0).bytes.as_ptr();
        // It went home at the end of that line.
        assert_eq!(buffers.take(0).bytes.as_ptr(), first);
        let many: Vec<Buffer> = (0..100).map(|_| buffers.take(2)).collect();
        drop(many);
        assert_eq!(buffers.free[2].lock().unwrap().len(), KEPT / SIZES[2]);
    }
}
