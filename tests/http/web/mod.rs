//! What every page shares.

mod errors;
mod headers;
mod health;
mod migrations;
