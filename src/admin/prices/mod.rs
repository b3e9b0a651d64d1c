//! Books' prices in the back office.

pub mod forms;
pub mod pages;
pub mod routes;
