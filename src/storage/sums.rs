//! What is computed of a file's bytes while they come in: all of it in one pass.

use sha2::digest::common::hazmat::{SerializableState as _, SerializedState};
use sha2::{Digest as _, Sha256};

use crate::ids::hex;

/// The sums of the bytes that came so far.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    sha256: Sha256,
    /// None when the earlier bytes came in before it was computed.
    crc32: Option<crc32fast::Hasher>,
    length: u64,
}

impl Default for Sums {
    fn default() -> Self {
        Self { sha256: Sha256::new(), crc32: Some(crc32fast::Hasher::new()), length: 0 }
    }
}

impl Sums {
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(crc32) = &mut self.crc32 {
            crc32.update(bytes);
        }
        self.length += bytes.len() as u64;
    }

    /// How many bytes there were.
    pub const fn length(&self) -> u64 {
        self.length
    }

    pub fn sha256(&self) -> [u8; 32] {
        self.sha256.clone().finalize().into()
    }

    /// None when it isn't known, which is no fault: whoever needs it computes it from the whole file.
    pub fn crc32(&self) -> Option<u32> {
        self.crc32.clone().map(crc32fast::Hasher::finalize)
    }

    /// All of it as text, to go on from with [`Sums::from_state`]: the state of the SHA-256, in hex, and then
    /// the CRC-32 in eight digits, where it is known.
    pub fn state(&self) -> String {
        let crc32 = self.crc32().map(|crc32| format!("{crc32:08x}")).unwrap_or_default();
        hex(&self.sha256.serialize()) + &crc32
    }

    /// The sums of `length` bytes that had this state; none when it can't be read.
    pub fn from_state(state: &str, length: u64) -> Option<Self> {
        let mut bytes = SerializedState::<Sha256>::default();
        let (digits, crc32) = state.as_bytes().split_at_checked(bytes.len() * 2)?;
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let crc32 = match crc32.len() {
            0 => None,
            8 => Some(u32::from_str_radix(std::str::from_utf8(crc32).ok()?, 16).ok()?),
            _ => return None,
        };
        let crc32 = crc32.map(|crc32| crc32fast::Hasher::new_with_initial_len(crc32, length));
        Some(Self { sha256: Sha256::deserialize(&bytes).ok()?, crc32, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_go_on_from_their_state_at_any_byte() {
        let bytes: Vec<u8> = (0..300_u32).map(|n| (n % 251) as u8).collect();
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        for at in [0, 1, 63, 64, 65, 299, 300] {
            let mut first = Sums::default();
            first.update(&bytes[..at]);
            let mut rest = Sums::from_state(&first.state(), at as u64).unwrap();
            rest.update(&bytes[at..]);
            assert_eq!((rest.length(), rest.sha256()), (300, sha256), "from {at}");
            assert_eq!(rest.crc32(), Some(crc32fast::hash(&bytes)), "from {at}");
        }
    }

    #[test]
    fn a_state_without_a_crc32_goes_on_without_one() {
        let mut sums = Sums::default();
        sums.update(b"before");
        let state = sums.state();
        let old = &state[..state.len() - 8];
        let mut rest = Sums::from_state(old, 6).unwrap();
        rest.update(b" and after");
        assert_eq!(rest.sha256(), <[u8; 32]>::from(Sha256::digest(b"before and after")));
        assert_eq!((rest.crc32(), rest.state().len()), (None, old.len()));
        for broken in ["", "00", &state[..state.len() - 1], &format!("{old}zzzzzzzz"), &format!("{state}0")] {
            assert!(Sums::from_state(broken, 6).is_none(), "{broken:?}");
        }
    }
}
