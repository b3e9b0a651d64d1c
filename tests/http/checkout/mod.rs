//! From the cart to the paid order.

mod asks;
mod attempts;
mod audit;
mod cart;
mod crash;
mod events;
mod healing;
mod purchase;
mod sandbox;
