//! Where gateways ring.

pub mod routes;
