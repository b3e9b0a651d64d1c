//! A short random name for each request, so that a visitor's report and the log meet.

use rocket::request::Request;

/// The request's id.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id of this request, the same each time.
pub fn of<'r>(request: &'r Request<'_>) -> &'r RequestId {
    request.local_cache(|| RequestId(crate::ids::public_id().chars().take(10).collect()))
}
