//! From a cart to a paid order.

pub mod cart;
