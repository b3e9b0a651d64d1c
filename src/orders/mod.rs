//! Orders: what was bought, and where each order is in its life.

pub mod access;
pub mod billing;
pub mod books;
pub mod expiry;
pub mod finding;
pub mod finding_alert;
pub mod gift_box;
pub mod guards;
pub mod happenings;
pub mod history;
pub mod join;
pub(crate) mod letters;
pub mod line_item;
pub mod order;
pub mod pages;
pub mod papers;
pub mod payment;
pub mod place;
pub mod receipt;
pub mod refund;
mod refund_wish;
pub mod responder;
pub mod review;
pub mod routes;
pub mod shares;
pub mod standing;
pub mod status;
pub mod vat_id;
pub mod waiver;

pub use finding::{Finding, FindingKind};
pub use join::join_account;
pub use line_item::{LineItem, LineItemId};
pub use order::{Order, OrderId};
pub use status::{InvalidTransition, OrderStatus};
