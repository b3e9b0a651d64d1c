//! What becomes of an order's money after it came.

use super::account_tables::accounts;
use super::checkout_tables::{checkouts, sandbox_checkouts};
use super::order_tables::{line_items, payments};

diesel::table! {
    closed_items (line_item_id) {
        line_item_id -> BigInt,
        reason -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    payment_facts (payment_id) {
        payment_id -> BigInt,
        checkout_id -> Nullable<BigInt>,
        added_tax_minor -> BigInt,
        mismatch -> Text,
        accepted_at -> Nullable<Timestamp>,
        accepted_by -> Nullable<BigInt>,
        accepted_reason -> Text,
    }
}

diesel::table! {
    sandbox_disputes (id) {
        id -> BigInt,
        public_id -> Text,
        checkout_id -> BigInt,
        state -> Text,
        amount_minor -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::joinable!(closed_items -> line_items (line_item_id));
diesel::joinable!(payment_facts -> accounts (accepted_by));
diesel::joinable!(payment_facts -> checkouts (checkout_id));
diesel::joinable!(payment_facts -> payments (payment_id));
diesel::joinable!(sandbox_disputes -> sandbox_checkouts (checkout_id));
