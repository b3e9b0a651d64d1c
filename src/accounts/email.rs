//! Addresses that mail can reach.

use super::email_key;

/// An e-mail address as someone typed it, without the spaces around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// A text that mail cannot reach. The sentence is shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEmail {
    /// Nothing was typed.
    #[error("Please type your e-mail address.")]
    Empty,
    /// It has no `@`, or something that an address can't have.
    #[error("This isn’t an e-mail address; one looks like jane@example.org.")]
    NotAnAddress,
    /// RFC 5321 §4.5.3.1.3 leaves 254 characters.
    #[error("This address is longer than 254 characters, so no mail would reach it.")]
    TooLong,
    /// Mail servers differ in what they make of it.
    #[error("This address has letters that not every mail server takes; please use one in a to z.")]
    NotAscii,
}

impl EmailAddress {
    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of the address share.
    #[must_use]
    pub fn key(&self) -> String {
        email_key(&self.0)
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidEmail::Empty);
        }
        if text.len() > 254 {
            return Err(InvalidEmail::TooLong);
        }
        if !text.is_ascii() {
            let all_else = text.contains('@') && !text.contains(char::is_whitespace);
            return Err(if all_else { InvalidEmail::NotAscii } else { InvalidEmail::NotAnAddress });
        }
        // Quoted local parts and address literals are allowed by the RFC and used by nobody who buys books.
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&byte);
        if !text.bytes().all(plain) || text.parse::<lettre::Address>().is_err() {
            return Err(InvalidEmail::NotAnAddress);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_have_are_taken() {
        for text in
            ["jane@example.org", " Jane.Doe+books@sub.example.co.uk ", "o'hara@example.org", "a@localhost"]
        {
            assert_eq!(text.parse::<EmailAddress>().map(|email| email.0), Ok(text.trim().to_owned()));
        }
    }

    #[test]
    fn what_no_mail_reaches_is_refused_with_its_reason() {
        for (text, reason) in [
            ("  ", InvalidEmail::Empty),
            ("jane", InvalidEmail::NotAnAddress),
            ("jane@", InvalidEmail::NotAnAddress),
            ("@example.org", InvalidEmail::NotAnAddress),
            ("jane@example..org", InvalidEmail::NotAnAddress),
            ("jane@exa mple.org", InvalidEmail::NotAnAddress),
            ("jane@example.org\r\nBcc: eve@example.org", InvalidEmail::NotAnAddress),
            ("jane@example.org,eve@example.org", InvalidEmail::NotAnAddress),
            ("Jane <jane@example.org>", InvalidEmail::NotAnAddress),
            ("jane@[127.0.0.1]", InvalidEmail::NotAnAddress),
            ("jané@example.org", InvalidEmail::NotAscii),
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(reason), "{text}");
        }
        let long = format!("{}@example.org", "a".repeat(250));
        assert_eq!(long.parse::<EmailAddress>(), Err(InvalidEmail::TooLong));
    }
}
