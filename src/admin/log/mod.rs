//! The log: who did what in the back office.

pub mod pages;
pub mod routes;
