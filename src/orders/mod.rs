//! Orders: what was bought, and where each order is in its life.

pub mod access;
pub mod expiry;
pub mod finding;
pub mod guards;
pub mod history;
pub mod join;
pub mod line_item;
pub mod order;
pub mod pages;
pub mod payment;
pub mod place;
pub mod receipt;
pub mod refund;
mod refund_letter;
pub mod responder;
pub mod routes;
pub mod status;

pub use finding::{Finding, FindingKind};
pub use join::join_account;
pub use line_item::{LineItem, LineItemId};
pub use order::{Order, OrderId};
pub use status::{InvalidTransition, OrderStatus};
