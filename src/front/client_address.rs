//! How the app learns a client's network address, now that it sees the front's alone.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

/// The request header in which the front tells the app who asks.
///
/// Its name is random for each process, so what a client sends is never taken for it.
#[derive(Debug, Clone)]
pub struct AddressHeader {
    name: HeaderName,
    /// The header that a proxy of the operator's writes the address into, where there is one.
    trusted: Option<HeaderName>,
}

impl AddressHeader {
    pub(super) fn new(name: HeaderName, trusted: Option<&str>) -> Self {
        Self { name, trusted: trusted.and_then(|name| name.parse().ok()) }
    }

    /// The header's name, for Rocket's `ip_header`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// Writes down who asks.
    pub(super) fn set(&self, headers: &mut HeaderMap, peer: IpAddr) {
        let told = self.trusted.as_ref().and_then(|name| headers.get(name)).cloned();
        let value = told.or_else(|| HeaderValue::from_str(&peer.to_string()).ok());
        headers.remove(&self.name);
        if let Some(value) = value {
            headers.insert(self.name.clone(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_header_that_the_operator_trusts_says_who_asks() {
        let peer: IpAddr = "192.0.2.7".parse().unwrap();
        let secret = HeaderName::from_static("x-secret");
        let mut headers = HeaderMap::new();
        headers.insert("x-real-ip", HeaderValue::from_static("203.0.113.1"));
        headers.insert(secret.clone(), HeaderValue::from_static("forged"));
        AddressHeader::new(secret.clone(), None).set(&mut headers, peer);
        assert_eq!(headers.get_all(&secret).iter().collect::<Vec<_>>(), ["192.0.2.7"]);
        AddressHeader::new(secret.clone(), Some("X-Real-IP")).set(&mut headers, peer);
        assert_eq!(headers.get_all(&secret).iter().collect::<Vec<_>>(), ["203.0.113.1"]);
    }
}
