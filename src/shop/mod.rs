//! The shop's own face: its name, colours, logo, legal texts and the sender of its mails. What it does not say is as the
//! operator's settings have it.
//!
//! [`Identity`] is read everywhere and kept in memory; each page asks the database for its revision, and a task does so
//! for mails, so that all processes of one shop show the same.

pub mod colour;
pub mod face;
pub mod identity;
pub mod logo;
pub mod look;
mod pages;
mod responder;
pub mod routes;
pub mod texts;

pub use colour::Colour;
pub use face::Face;
pub use identity::Identity;
pub use texts::LegalText;
