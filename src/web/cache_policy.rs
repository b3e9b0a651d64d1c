//! How long an answer may be kept, and by whom.

use rocket::http::Header;

/// A closed choice, so that no route writes the header by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// The address changes with the content: for a year, by anyone.
    Immutable,
    /// For this visitor, asked again each time (RFC 9111 §5.2.2.4).
    Revalidate,
    /// Not at all: denials, and pages with secrets.
    Never,
}

impl CachePolicy {
    /// The `Cache-Control` value.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Revalidate => "private, no-cache",
            Self::Never => "no-store",
        }
    }

    /// The `Cache-Control` header.
    #[must_use]
    pub fn header(self) -> Header<'static> {
        Header::new("Cache-Control", self.value())
    }
}
