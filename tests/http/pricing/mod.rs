//! Codes, bundles, and prices that readers name.

mod admin;
mod amounts;
mod at_stripe;
mod codes;
mod crowd;
mod guesses;
mod reasons;
mod refunds;
mod things;
