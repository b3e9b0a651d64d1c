//! The address that customers use.

use serde::{Deserialize, Deserializer};

/// The shop's public address: scheme and host, with a port if need be, without a path or a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl Default for BaseUrl {
    fn default() -> Self {
        Self("http://127.0.0.1:8000".to_owned())
    }
}

impl BaseUrl {
    /// `path` (with its leading slash) at this address.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The path of an address of this shop, so that a visitor stays on the host name that they typed; another address
    /// stays as it is.
    #[must_use]
    pub fn path_of(&self, url: &str) -> String {
        match url.strip_prefix(self.0.as_str()) {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => url.to_owned(),
        }
    }

    /// The address itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether customers come over TLS; then cookies are `Secure` and carry the `__Host-` prefix.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// The host alone, without a port.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    /// Host and port, as in a `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }
}

/// A text that is not the address of a shop.
#[derive(Debug, thiserror::Error)]
#[error("it must be scheme and host alone, for example https://books.example")]
pub struct InvalidBaseUrl;

impl std::str::FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let text = text.trim().trim_end_matches('/');
        let authority =
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(InvalidBaseUrl)?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        if authority.is_empty() || !authority.bytes().all(fits) {
            return Err(InvalidBaseUrl);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }
}

impl<'de> Deserialize<'de> for BaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::parsed(deserializer)
    }
}
