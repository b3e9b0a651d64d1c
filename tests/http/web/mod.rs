//! What every page shares.

mod bodies;
mod database;
mod errors;
mod headers;
mod health;
mod migrations;
