//! Who sells in the shop, and who would like to.

pub mod forms;
mod pages;
pub mod routes;
