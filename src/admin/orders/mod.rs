//! Orders, as those who run the shop see them: found, read whole, and acted upon.

pub mod address;
pub mod dossier;
pub mod forms;
pub mod links;
pub mod list;
mod pages;
pub mod refund_plan;
pub mod routes;
pub mod timeline;
