//! Withdrawing from a contract.

mod statement;
