//! The back office.

mod authorisation;
mod orders;
mod overview;
