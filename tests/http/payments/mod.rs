//! Stripe, through the shop's front door.

mod stripe_purchase;
