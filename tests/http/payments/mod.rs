//! Stripe, through the shop's front door: every test speaks HTTP with a stand-in for Stripe, by the real client.

mod kills;
mod storms;
mod stripe_amounts;
mod stripe_book;
mod stripe_doctor;
mod stripe_events;
mod stripe_faults;
mod stripe_healing;
mod stripe_judge;
mod stripe_purchase;
mod stripe_real;
mod stripe_tax;
