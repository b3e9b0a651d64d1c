//! The shop through its front door, on SQLite.

#[path = "../support/mod.rs"]
mod support;

/// The database of every `TestShop` in this binary.
pub const DATABASE: support::Database = support::Database::Sqlite;

mod accounts;
mod catalog;
mod checkout;
mod downloads;
mod library;
mod mail;
mod orders;
mod web;
