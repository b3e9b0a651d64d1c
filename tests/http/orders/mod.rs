//! Orders: their pages, who sees them, and money that goes back.

mod access;
mod history;
mod life;
mod life_at_stripe;
mod papers;
mod receipt;
mod refund;
