//! The same modules as `tests/http`, on PostgreSQL, and what is its alone.
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
pub const DATABASE: support::Database = support::Database::Postgres;

#[path = "../http/accounts/mod.rs"]
mod accounts;
#[path = "../http/admin/mod.rs"]
mod admin;
#[path = "../http/authorisation/mod.rs"]
mod authorisation;
#[path = "../http/catalog/mod.rs"]
mod catalog;
#[path = "../http/checkout/mod.rs"]
mod checkout;
#[path = "../http/downloads/mod.rs"]
mod downloads;
#[path = "../http/gifts/mod.rs"]
mod gifts;
#[path = "../http/inspection/mod.rs"]
mod inspection;
#[path = "../http/library/mod.rs"]
mod library;
#[path = "../http/mail/mod.rs"]
mod mail;
#[path = "../http/orders/mod.rs"]
mod orders;
#[path = "../http/payments/mod.rs"]
mod payments;
mod planner;
#[path = "../http/pricing/mod.rs"]
mod pricing;
#[path = "../http/publishing/mod.rs"]
mod publishing;
#[path = "../http/uploads/mod.rs"]
mod uploads;
#[path = "../http/web/mod.rs"]
mod web;
#[path = "../http/withdrawals/mod.rs"]
mod withdrawals;
