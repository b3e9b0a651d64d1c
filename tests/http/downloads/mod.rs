//! The gate and the hand-off, seen from outside.

mod canary;
mod ledger;
mod permission;
