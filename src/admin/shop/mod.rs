//! What belongs to the shop and not to its operator: name, sender, colours, logo, legal texts.

pub mod change;
pub mod forms;
mod pages;
pub mod routes;
