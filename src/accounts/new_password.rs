//! Which passwords are taken: long ones that nobody would try first (NIST SP 800-63B §3.1.1.2: length and a list of
//! known ones, no rules about signs and figures).

use super::email_key;

/// The fewest characters.
pub const MIN: usize = 10;

/// The most. Longer ones would be cut by some password keepers, and cost work.
pub const MAX: usize = 200;

/// Why a password was not taken. The sentence is shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Under [`MIN`].
    #[error("Please choose at least {MIN} characters. A few words in a row are easy to keep in mind.")]
    TooShort,
    /// Over [`MAX`].
    #[error("Please choose at most {MAX} characters.")]
    TooLong,
    /// In everybody's list.
    #[error("This is one of the first passwords that anyone would try. Please choose another one.")]
    Common,
    /// The address itself, or the name.
    #[error("This is too close to your name or address. Please choose another one.")]
    Personal,
}

/// Checks a new password of someone with this address and name.
///
/// # Errors
/// Why it is not taken.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < MIN {
        return Err(WeakPassword::TooShort);
    }
    if length > MAX {
        return Err(WeakPassword::TooLong);
    }
    let plain = letters(password);
    let email = email_key(email);
    let local = email.split('@').next().unwrap_or_default();
    let own = [letters(&email), letters(local), letters(name)];
    if own.iter().any(|own| own.chars().count() >= 4 && is_mostly(&plain, own)) {
        return Err(WeakPassword::Personal);
    }
    if is_monotonous(&plain) || COMMON.iter().any(|common| is_mostly(&plain, common)) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// In lower case, with the signs that stand for letters turned back, and nothing but letters and figures.
fn letters(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|char| match char {
            '@' => 'a',
            '$' => 's',
            other => other,
        })
        .filter(|char| char.is_alphanumeric())
        .collect()
}

/// Whether `password` is `word`, once or again and again, with at most four characters more.
fn is_mostly(password: &str, word: &str) -> bool {
    let rest = password.replace(word, "");
    rest.len() < password.len() && rest.chars().count() <= 4
}

/// Whether it is made of one or two characters, or of neighbours: `aaaaaaaaaa`, `1234567890`, `abcdefghij`.
fn is_monotonous(password: &str) -> bool {
    let chars: Vec<u32> = password.chars().map(u32::from).collect();
    let mut different = chars.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() <= 2 {
        return true;
    }
    let steps = chars.iter().zip(chars.iter().skip(1));
    let neighbours = steps.filter(|(one, next)| one.abs_diff(**next) <= 1).count();
    neighbours * 5 >= chars.len().saturating_sub(1) * 4
}

/// Words that long passwords of the well-known lists are made of, as [`letters`] writes them.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "passwort",
    "kennwort",
    "motdepasse",
    "qwertyuiop",
    "qwertzuiop",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "1qaz2wsx",
    "qazwsxedc",
    "q1w2e3r4",
    "1234567890",
    "0987654321",
    "123456789",
    "12345678",
    "123123123",
    "abc123",
    "iloveyou",
    "ilovebooks",
    "letmein",
    "welcome",
    "administrator",
    "admin",
    "changeme",
    "changeit",
    "superman",
    "batman",
    "football",
    "baseball",
    "basketball",
    "princess",
    "sunshine",
    "monkey",
    "dragon",
    "master",
    "starwars",
    "pokemon",
    "trustno1",
    "whatever",
    "freedom",
    "secret",
    "default",
    "guest",
    "login",
    "michael",
    "jennifer",
    "correcthorsebatterystaple",
    "bookplate",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check_jane(password: &str) -> Result<(), WeakPassword> {
        check(password, "jane.austen@example.org", "Jane Austen")
    }

    #[test]
    fn a_few_words_in_a_row_are_taken() {
        for password in ["a room of one's own", "vier Möwen am Kai", "tH3n-w3-r4n", "日本語のパスワードです"]
        {
            assert_eq!(check_jane(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn length_counts_in_characters() {
        assert_eq!(check_jane("ninechars"), Err(WeakPassword::TooShort));
        assert_eq!(check_jane("äöüäöüäöü"), Err(WeakPassword::TooShort));
        assert_eq!(check_jane(&"ab1".repeat(67)), Err(WeakPassword::TooLong));
        assert_ne!(check_jane(&"a quay, ".repeat(25)), Err(WeakPassword::TooLong));
    }

    #[test]
    fn what_anyone_would_try_first_is_refused() {
        for password in [
            "password123",
            "P@ssword2026",
            "1234567890",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "qwertyuiop1",
            "adminadmin",
        ] {
            assert_eq!(check_jane(password), Err(WeakPassword::Common), "{password}");
        }
        for password in ["jane.austen@example.org", "JaneAusten1", "jane.austen!"] {
            assert_eq!(check_jane(password), Err(WeakPassword::Personal), "{password}");
        }
    }
}
