//! From a cart to a paid order.

pub mod cart;
pub mod cart_lines;
pub mod forms;
pub mod guards;
pub mod pages;
pub mod routes;
