//! The gate and the hand-off, seen from outside.

mod ledger;
mod permission;
