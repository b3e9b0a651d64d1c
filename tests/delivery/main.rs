//! Downloads through each way of delivery, with real web servers in front that run the text of `bookplate proxy-config`.
//!
//! One table of cases holds for the built-in backend, nginx and Apache alike. Where a web server answers otherwise than
//! the built-in backend, and is free to, the case says so.
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
mod files;
mod front;
mod names;
mod proxies;
mod redirect;
mod refusals;
mod requests;
#[path = "../support/servers.rs"]
mod servers;
mod shop;
mod tools;
mod uploads;
