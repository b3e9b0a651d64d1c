//! Downloads through each way of delivery, with real web servers in front that run the text of `bookplate proxy-config`.
//!
//! One table of cases (`conformance`) holds for every way, from a folder and from a bucket. Where a web server answers
//! otherwise, the case says so, and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bucket;
#[path = "../support/client.rs"]
mod client;
mod conformance;
mod desk;
mod doctor;
mod ereader;
mod front;
mod gate;
mod known;
mod large;
mod misfits;
mod pdf;
mod proxies;
mod redirect;
#[path = "../support/servers.rs"]
mod servers;
mod shop;
mod shortcut;
mod stock;
mod strays;
#[path = "../support/mod.rs"]
mod support;
mod tools;
mod types;
mod uploads;

/// The database of every `TestShop` in this binary.
pub const DATABASE: support::Database = support::Database::Sqlite;
