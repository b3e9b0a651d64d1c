//! What publishers want to put out, and an admin's answer.

pub mod forms;
pub mod list;
mod pages;
pub mod routes;
