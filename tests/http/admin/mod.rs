//! The back office.

mod access;
mod acts;
mod address;
mod customers;
mod doctor;
mod findings;
mod many;
mod orders;
mod overview;
mod team;
