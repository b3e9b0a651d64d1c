//! Signed messages: `t=<seconds>,v1=<hex>`, an HMAC-SHA256 over the time and the body.
//!
//! HMAC after RFC 2104; the form is the one that card gateways use, so that a replay is known by its time.

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::EventError;
use crate::db::Timestamp;
use crate::ids::hex;

/// How far the signer's clock may be from ours, in seconds.
const TOLERANCE: i64 = 300;

/// SHA-256's block, in bytes.
const BLOCK: usize = 64;

/// The header for `body`, signed at `now`.
pub(super) fn sign(secret: &[u8], body: &[u8], now: Timestamp) -> String {
    let time = now.and_utc().timestamp();
    format!("t={time},v1={}", hex(&of_message(secret, time, body)))
}

/// Checks that `header` signs `body`, by any of its `v1` values, and that it did so not long ago.
///
/// # Errors
/// `Forged` without a signature of ours, `Stale` with one from another time.
pub(super) fn verify(secret: &[u8], body: &[u8], header: &str, now: Timestamp) -> Result<(), EventError> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let time = parts().find(|(name, _)| *name == "t").and_then(|(_, value)| value.parse::<i64>().ok());
    let time = time.ok_or(EventError::Forged)?;
    if secret.is_empty() {
        return Err(EventError::Forged);
    }
    let expected = hex(&of_message(secret, time, body));
    let signed = parts()
        .filter(|(name, _)| *name == "v1")
        .any(|(_, value)| bool::from(expected.as_bytes().ct_eq(value.as_bytes())));
    if !signed {
        return Err(EventError::Forged);
    }
    let age = now.and_utc().timestamp().saturating_sub(time);
    if age.saturating_abs() > TOLERANCE { Err(EventError::Stale) } else { Ok(()) }
}

fn of_message(secret: &[u8], time: i64, body: &[u8]) -> [u8; 32] {
    hmac(secret, &[time.to_string().as_bytes(), b".", body])
}

/// HMAC-SHA256 over the parts, one after the other.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let hashed;
    let key = if key.len() > BLOCK {
        hashed = Sha256::digest(key);
        hashed.as_slice()
    } else {
        key
    };
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        block
    };
    let mut inner = Sha256::new_with_prefix(pad(0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new_with_prefix(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc()
    }

    #[test]
    fn the_code_is_that_of_the_rfc() {
        // RFC 4231, test cases 1, 2 and 6.
        let long = [0xaa_u8; 131];
        for (key, data, expected) in [
            (
                &[0x0b_u8; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hex(&hmac(key, &[data])), expected);
        }
    }

    #[test]
    fn only_a_fresh_signature_of_this_very_body_counts() {
        let header = sign(b"secret", b"{}", at(1000));
        assert_eq!(verify(b"secret", b"{}", &header, at(1000)), Ok(()));
        assert_eq!(verify(b"secret", b"{}", &header, at(1300)), Ok(()));
        assert_eq!(verify(b"secret", b"{}", &header, at(1301)), Err(EventError::Stale));
        assert_eq!(verify(b"secret", b"{}", &header, at(699)), Err(EventError::Stale));
        assert_eq!(verify(b"secret", b"{ }", &header, at(1000)), Err(EventError::Forged));
        assert_eq!(verify(b"other", b"{}", &header, at(1000)), Err(EventError::Forged));
        for header in ["", "t=1000", "v1=00", "t=x,v1=00", "t=1000,v1=", "t=1000,v0=00"] {
            assert_eq!(verify(b"secret", b"{}", header, at(1000)), Err(EventError::Forged), "{header}");
        }
    }

    #[test]
    fn an_empty_secret_signs_nothing() {
        let header = sign(b"", b"{}", at(1000));
        assert_eq!(verify(b"", b"{}", &header, at(1000)), Err(EventError::Forged));
    }
}
