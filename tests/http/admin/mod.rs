//! The back office.

mod authorisation;
mod doctor;
mod findings;
mod orders;
mod overview;
