//! Accounts: who can sign in, and how they prove it.

pub mod account;
pub mod guards;
pub mod session;

pub use account::{Account, AccountId, Role, email_key};
pub use session::{Session, SessionId};
