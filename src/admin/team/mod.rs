//! The team: who runs the shop and who sells in it, their roles, and inviting more.

pub mod forms;
mod letters;
mod pages;
pub mod routes;
