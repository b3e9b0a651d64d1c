//! Gifts: an order whose books are someone else's. The buyer pays and can't read; the recipient reads and sees no price.
//!
//! The recipient reads by a link from the mail, which becomes a cookie as an order's does, or with the account that keeps
//! the gift: the one that claimed it, or whose proved address the gift went to. Nobody reads before it was sent.

pub mod change;
pub mod claim;
pub mod deliver;
pub mod forms;
mod gift;
pub mod pages;
pub mod parcel;
pub mod routes;
pub mod wishes;

pub use gift::{Gift, GiftId};
pub use wishes::{GiftText, GiftWish};
