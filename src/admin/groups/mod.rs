//! Categories, series and contributors: the same pages for each, at an address of its own.

pub mod forms;
mod guards;
mod pages;
pub mod routes;
