//! The back office.

mod doctor;
mod export;
mod figures;
mod findings;
mod groups;
mod import;
mod lists;
mod orders;
mod overview;
mod shop;
