//! The gate and the hand-off, seen from outside.

mod known;
mod canary;
mod ledger;
mod links;
mod permission;
mod zip;
