//! The back office.

mod overview;
