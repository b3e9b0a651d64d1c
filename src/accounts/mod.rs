//! Accounts: who can sign in, and how they prove it.

pub mod account;
pub mod block;
pub mod email;
pub mod email_token;
mod error;
pub mod forms;
pub mod guards;
pub mod invite;
pub mod new_password;
mod pages;
pub mod password;
pub mod rate_limit;
pub mod reset;
pub mod routes;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod sweep;
pub mod team;

pub use account::{Account, AccountId, NewAccount, Role, email_key};
pub use email::{EmailAddress, InvalidEmail};
pub use error::AccountError;
pub use password::Passwords;
pub use rate_limit::Limits;
pub use session::{Session, SessionId};
