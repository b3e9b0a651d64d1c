//! The back office's log, and how far the gateway was asked.

use super::account_tables::accounts;
use super::order_tables::orders;

diesel::table! {
    admin_acts (id) {
        id -> BigInt,
        account_id -> Nullable<BigInt>,
        who -> Text,
        kind -> Text,
        order_id -> Nullable<BigInt>,
        subject -> Text,
        detail -> Text,
        outcome -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    gateway_marks (gateway, what) {
        gateway -> Text,
        what -> Text,
        until -> Timestamp,
        noted_at -> Timestamp,
    }
}

diesel::table! {
    title_imports (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        file_name -> Text,
        body -> Text,
        created_at -> Timestamp,
    }
}

diesel::joinable!(admin_acts -> accounts (account_id));
diesel::joinable!(admin_acts -> orders (order_id));
diesel::joinable!(title_imports -> accounts (account_id));
