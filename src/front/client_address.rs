//! How the app learns a client's network address, now that it sees the front's alone.

use std::net::SocketAddr;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

/// The request headers in which the front tells the app who asks.
///
/// Their names are random for each process, so what a client sends is never taken for them.
#[derive(Debug, Clone)]
pub struct AddressHeader {
    name: HeaderName,
    /// For the other end of the connection, whoever that speaks for.
    peer: HeaderName,
    /// The header that a proxy of the operator's writes the address into, where there is one.
    trusted: Option<HeaderName>,
}

impl AddressHeader {
    pub(super) fn new(name: HeaderName, peer: HeaderName, trusted: Option<&str>) -> Self {
        Self { name, peer, trusted: trusted.and_then(|name| name.parse().ok()) }
    }

    /// The header's name, for Rocket's `ip_header`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The name of the header that holds the address and port of the other end of the connection.
    #[must_use]
    pub fn peer_name(&self) -> &str {
        self.peer.as_str()
    }

    /// Writes down who asks.
    pub(super) fn set(&self, headers: &mut HeaderMap, peer: SocketAddr) {
        let told = self.trusted.as_ref().and_then(|name| headers.get(name)).cloned();
        let client = told.or_else(|| HeaderValue::from_str(&peer.ip().to_string()).ok());
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        let peer = HeaderValue::from_str(&peer.to_string()).ok();
        for (name, value) in [(&self.name, client), (&self.peer, peer)] {
            headers.remove(name);
            if let Some(value) = value {
                headers.insert(name.clone(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_header_that_the_operator_trusts_says_who_asks() {
        let peer: SocketAddr = "192.0.2.7:1234".parse().unwrap();
        let secret = HeaderName::from_static("x-secret");
        let other = HeaderName::from_static("x-other");
        let mut headers = HeaderMap::new();
        headers.insert("x-real-ip", HeaderValue::from_static("203.0.113.1"));
        headers.insert(secret.clone(), HeaderValue::from_static("forged"));
        AddressHeader::new(secret.clone(), other.clone(), None).set(&mut headers, peer);
        assert_eq!(headers.get_all(&secret).iter().collect::<Vec<_>>(), ["192.0.2.7"]);
        AddressHeader::new(secret.clone(), other.clone(), Some("X-Real-IP")).set(&mut headers, peer);
        assert_eq!(headers.get_all(&secret).iter().collect::<Vec<_>>(), ["203.0.113.1"]);
        assert_eq!(headers.get_all(&other).iter().collect::<Vec<_>>(), ["192.0.2.7:1234"]);
    }
}
