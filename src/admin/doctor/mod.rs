//! The doctor's page.

mod pages;
pub mod routes;
