//! Accounts: who can sign in, and how they prove it.

pub mod account;

pub use account::{Account, AccountId, Role, email_key};
