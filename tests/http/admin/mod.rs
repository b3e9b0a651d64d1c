//! The back office.

mod access;
mod acts;
mod address;
mod customers;
mod doctor;
mod export;
mod figures;
mod findings;
mod groups;
mod import;
mod lists;
mod many;
mod orders;
mod overview;
mod shop;
mod team;
