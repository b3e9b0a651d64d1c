//! `Upload-Checksum`: the bytes of one request were not changed on their way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// What can be checked, for `Tus-Checksum-Algorithm`.
pub const ALGORITHMS: &str = "sha1,sha256";

/// What the bytes of a request must come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksum {
    is_sha256: bool,
    expected: Vec<u8>,
}

/// A checksum on its way.
pub(in crate::uploads) enum Sum {
    Sha1(Box<Sha1>),
    Sha256(Box<Sha256>),
}

impl Checksum {
    /// Reads `sha1 <base64>`; nothing for an algorithm that is not known, or a text that is no checksum.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (algorithm, value) = text.trim().split_once(' ')?;
        let expected = STANDARD.decode(value.trim()).ok()?;
        let (is_sha256, length) = match algorithm {
            "sha1" => (false, 20),
            "sha256" => (true, 32),
            _ => return None,
        };
        (expected.len() == length).then_some(Self { is_sha256, expected })
    }

    pub(in crate::uploads) fn begin(&self) -> Sum {
        match self.is_sha256 {
            true => Sum::Sha256(Box::new(Sha256::new())),
            false => Sum::Sha1(Box::new(Sha1::new())),
        }
    }

    pub(in crate::uploads) fn fits(&self, sum: Sum) -> bool {
        match sum {
            Sum::Sha1(sum) => sum.finalize().as_slice() == self.expected,
            Sum::Sha256(sum) => sum.finalize().as_slice() == self.expected,
        }
    }
}

impl Sum {
    pub(in crate::uploads) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(sum) => sum.update(bytes),
            Self::Sha256(sum) => sum.update(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_fits_its_bytes_and_no_others() {
        // "hello" and "hello world" by sha1sum and sha256sum.
        for text in
            ["sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=", "sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="]
        {
            let checksum = Checksum::parse(text).unwrap();
            let mut sum = checksum.begin();
            sum.update(b"he");
            sum.update(b"llo");
            assert!(checksum.fits(sum), "{text}");
            let mut sum = checksum.begin();
            sum.update(b"hello world");
            assert!(!checksum.fits(sum), "{text}");
        }
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        for text in [
            "",
            "sha1",
            "md5 XUFAKrxLKna5cZ2REBfFkg==",
            "sha1 abc",
            "sha1 !!!!",
            "sha256 qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        ] {
            assert_eq!(Checksum::parse(text), None, "{text:?}");
        }
    }
}
