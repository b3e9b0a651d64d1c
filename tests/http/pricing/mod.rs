//! Codes, bundles, and prices that readers name.

mod admin;
mod amounts;
mod codes;
mod crowd;
mod guesses;
mod reasons;
mod refunds;
mod things;
