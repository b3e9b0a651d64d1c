//! What changes the price of a cart: codes, bundles, and prices that readers name.

pub mod routes;
