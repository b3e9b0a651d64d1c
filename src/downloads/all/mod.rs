//! All of a reader's books in one zip. Each of them is asked of the gate and stands in the ledger like any other.

pub mod routes;
mod zip;
