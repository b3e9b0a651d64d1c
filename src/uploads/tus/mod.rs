//! Resumable uploads by the tus protocol, version 1.0.0 (<https://tus.io/protocols/resumable-upload>): its core, and the
//! extensions creation, creation-with-upload, termination, checksum and expiration.

pub mod checksum;
pub mod metadata;
pub mod responder;
pub mod routes;

/// The version that is spoken.
pub const VERSION: &str = "1.0.0";

/// The extensions, for `Tus-Extension`.
pub const EXTENSIONS: &str = "creation,creation-with-upload,termination,checksum,expiration";
