//! The log: who did what in the back office.

mod pages;
pub mod routes;
