//! Names that cannot be guessed: public ids of rows, and secret tokens of which only a hash is kept.

use sha2::{Digest as _, Sha256};

use crate::db::Timestamp;

/// Crockford's base 32 in lower case: no i, l, o or u, so that an id survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A random public id of 130 bits, 26 characters long. Row ids never show.
#[must_use]
pub fn public_id() -> String {
    random_text(26)
}

/// A random name that begins with its time, so that an index on many of them grows at one end: 48 bits of milliseconds
/// since 1970, 82 random bits.
#[must_use]
pub fn timed_id(now: Timestamp) -> String {
    let milliseconds = u64::try_from(now.and_utc().timestamp_millis()).unwrap_or(0);
    let digit = |place: u32| {
        let index = usize::try_from((milliseconds >> (5 * place)) & 31).unwrap_or(0);
        ALPHABET.get(index).map_or('0', |&byte| char::from(byte))
    };
    let mut id: String = (0..10).rev().map(digit).collect();
    id.push_str(&random_text(16));
    id
}

/// The time of a [`timed_id`]; nothing for what is none.
#[must_use]
pub fn time_of(id: &str) -> Option<Timestamp> {
    let mut milliseconds: i64 = 0;
    for byte in Token::parse(id)?.secret().bytes().take(10) {
        let digit = ALPHABET.iter().position(|&other| other == byte)?;
        milliseconds = (milliseconds << 5) | i64::try_from(digit).ok()?;
    }
    chrono::DateTime::from_timestamp_millis(milliseconds).map(|time| time.naive_utc())
}

/// A secret for a cookie or a link: 130 random bits. Keep only its [`TokenHash`].
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new random token.
    #[must_use]
    pub fn new() -> Self {
        Self(random_text(26))
    }

    /// A token that someone shows us; anything that is not shaped like ours is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 26 && text.bytes().all(|byte| ALPHABET.contains(&byte))).then(|| Self(text.to_owned()))
    }

    /// The secret itself, for the cookie or the link; never for a log.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(hex(&Sha256::digest(self.0.as_bytes())))
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a [`Token`] in hex. A plain hash is enough for a secret of this many random bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// A hash that the database kept.
    #[must_use]
    pub const fn kept(hash: String) -> Self {
        Self(hash)
    }

    /// The hex digits, as kept in the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn random_text(length: usize) -> String {
    let mut bytes = vec![0_u8; length];
    // Without the system's random numbers nothing that we hand out would be secret: stopping is all that is left.
    #[expect(clippy::expect_used, reason = "see above")]
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
        .map(|&byte| char::from(byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows_in_debug_output_and_parses_back() {
        let token = Token::new();
        assert!(!format!("{token:?}").contains(token.secret()));
        assert_eq!(Token::parse(token.secret()), Some(token.clone()));
        assert_eq!(token.hash(), Token::parse(token.secret()).unwrap().hash());
    }

    #[test]
    fn text_of_another_shape_is_no_token() {
        for text in [
            "",
            "abc",
            "ABCDEFGHJKMNPQRSTVWXYZ0123",
            "../../../../../../../etc/p",
            "ilouilouilouilouilouilouil",
        ] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_timed_id_tells_its_time_and_sorts_by_it() {
        let now = chrono::DateTime::from_timestamp_millis(1_767_225_600_123).unwrap().naive_utc();
        let (one, other) = (timed_id(now), timed_id(now));
        assert_eq!((one.len(), time_of(&one)), (26, Some(now)));
        assert_ne!(one, other);
        assert!(timed_id(now + chrono::TimeDelta::milliseconds(1)) > one);
        assert_eq!(time_of("not an id"), None);
    }

    #[test]
    fn public_ids_differ() {
        assert_ne!(public_id(), public_id());
        assert_eq!(public_id().len(), 26);
    }
}
