//! The shop as a customer meets it: the real program, the demo's books, real Chromium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod appearance;
mod browser;
mod files;
mod line;
mod purchase;
mod resuming;
mod shop;
mod signing_in;
mod stripe;
#[path = "../support/mod.rs"]
mod support;
mod uploads;
mod webdriver;

/// For the parts of the tests' support that ask.
pub const DATABASE: support::Database = support::Database::Sqlite;
