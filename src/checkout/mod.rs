//! From a cart to a paid order.

pub mod ask;
pub mod asks;
pub mod attempt;
pub mod audit;
pub mod cart;
pub mod cart_bundle;
pub mod cart_code;
pub mod cart_lines;
pub mod cart_sums;
pub mod close;
pub mod fingerprint;
pub mod forms;
pub mod fulfil;
pub mod gift;
pub mod guards;
pub mod mark;
pub mod pages;
pub mod payment_event;
pub mod readdress;
pub mod receipt;
pub mod reconcile;
pub mod routes;
pub mod start;
pub mod tasks;
pub mod terms;
mod till;
pub mod undelivered;
pub mod webhook;
pub mod wishes;

pub use till::Till;
