//! The shop through its front door, on SQLite.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

#[path = "../support/program.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

/// The database of every `TestShop` in this binary.
pub const DATABASE: support::Database = support::Database::Sqlite;

mod accounts;
mod admin;
mod authorisation;
mod catalog;
mod checkout;
mod downloads;
mod gifts;
mod library;
mod mail;
mod orders;
mod payments;
mod pricing;
mod publishing;
mod uploads;
mod web;
mod withdrawals;
