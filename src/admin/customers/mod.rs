//! Everyone with an account: found among many, looked at whole, signed out, kept out and let in again.

pub mod dossier;
pub mod forms;
pub mod list;
mod pages;
pub mod routes;

pub use pages::standing;
