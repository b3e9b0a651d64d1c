//! Canaries: files of the doctor's own, which it fetches through the public address to see how books leave.
//!
//! They go the way of books, from `/download/…` by the same delivery, and by a permission of their own: a random token
//! that is good for a few minutes and opens nothing but the files that were put there for it. Only its hash is kept, in
//! the database, so that the command and the shop agree on it.

mod guards;
pub(super) mod routes;
mod row;

pub use row::{Canary, CanaryFile, CanaryId};

use std::net::SocketAddr;

/// The request header that carries the token.
pub const HEADER: &str = "X-Bookplate-Canary";

/// Where canaries are fetched: a file by its name below it, and by itself what the shop saw of the request.
pub const PATH: &str = "/download/canary";

/// Where a stream is sent that has no end for a client who does not read it: [`FLOOD`] bytes.
pub const FLOOD_PATH: &str = "/download/canary/flood";

/// How many zeros that stream has, in bytes: more than sockets hold on the way.
pub const FLOOD: u64 = 64 << 20;

/// The mark that says that all of the stream was taken from the shop.
pub const FLOODED: &str = "flooded";

/// What a request looked like when it had come through to the shop.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Seen {
    /// The other end of the connection: the web server in front, or the client itself.
    pub peer: Option<SocketAddr>,
    /// Whose address counts for limits.
    pub client: String,
    /// The header of a web server in front that the address is taken from; empty for none.
    pub ip_header: String,
    /// The headers that tell of the client, by their names in lower case.
    pub headers: std::collections::BTreeMap<String, String>,
}

impl Seen {
    /// The header of this name in lower case, if it came.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}
