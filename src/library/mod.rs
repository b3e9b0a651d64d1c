//! The library: all that a viewer owns.

pub mod pages;
pub mod routes;
pub mod shelf;
