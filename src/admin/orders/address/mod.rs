//! Another address for an order, asked once more before it is changed.

pub mod forms;
mod pages;
pub mod routes;
