//! Orders: their pages, who sees them, and money that goes back.

mod access;
mod history;
mod receipt;
mod refund;
