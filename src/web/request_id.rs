//! A short random name for each request, so that a visitor's report and the log meet.

use rocket::request::Request;

/// The header that tells a visitor the request's id.
pub const HEADER: &str = "X-Request-Id";

/// The request's id.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let mut id = crate::ids::public_id();
        id.truncate(10);
        Self(id)
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

/// The id of this request, the same each time.
pub fn of<'r>(request: &'r Request<'_>) -> &'r RequestId {
    request.local_cache(RequestId::new)
}
