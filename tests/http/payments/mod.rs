//! Stripe, through the shop's front door.

mod kills;
mod storms;
mod stripe_purchase;
