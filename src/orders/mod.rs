//! Orders: what was bought, and where each order is in its life.

pub mod join;
pub mod line_item;
pub mod order;
pub mod status;

pub use join::join_account;
pub use line_item::{LineItem, LineItemId};
pub use order::{Order, OrderId};
pub use status::{InvalidTransition, OrderStatus};
