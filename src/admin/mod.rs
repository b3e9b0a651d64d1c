//! The back office: what the people who run the shop see and do.
//!
//! Every page wants [`accounts::guards::Admin`](crate::accounts::guards::Admin), extends `templates/admin/frame.html`,
//! and is reached from the list in [`nav`].

pub mod act;
pub mod bundles;
pub mod codes;
pub mod doctor;
pub mod export;
pub mod figures;
pub mod findings;
pub mod forms;
pub mod groups;
pub mod guards;
pub mod import;
pub mod log;
pub mod nav;
pub mod orders;
pub mod overview;
mod pages;
pub mod prices;
pub mod publishers;
pub mod reviews;
pub mod routes;
pub mod shop;
pub mod words;
