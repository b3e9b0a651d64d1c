//! The back office.

mod doctor;
mod findings;
mod orders;
mod overview;
