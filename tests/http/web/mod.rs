//! What every page shares.

mod bodies;
mod errors;
mod headers;
mod health;
mod migrations;
