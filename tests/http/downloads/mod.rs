//! The gate and the hand-off, seen from outside.

mod canary;
mod known;
mod ledger;
mod links;
mod permission;
mod zip;
