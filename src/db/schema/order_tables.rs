//! Orders and what money did to them.

use super::account_tables::accounts;
use super::catalog_tables::{books, editions};

diesel::table! {
    disputes (id) {
        id -> BigInt,
        order_id -> BigInt,
        payment_id -> BigInt,
        gateway -> Text,
        gateway_id -> Text,
        status -> Text,
        amount_minor -> BigInt,
        currency -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        state -> Text,
        reason -> Text,
    }
}

diesel::table! {
    findings (id) {
        id -> BigInt,
        public_id -> Text,
        kind -> Text,
        subject -> Text,
        order_id -> Nullable<BigInt>,
        detail -> Text,
        first_seen_at -> Timestamp,
        last_seen_at -> Timestamp,
        alerted_at -> Nullable<Timestamp>,
        resolved_at -> Nullable<Timestamp>,
        resolved_by -> Nullable<BigInt>,
        resolution -> Text,
    }
}

diesel::table! {
    line_items (id) {
        id -> BigInt,
        order_id -> BigInt,
        book_id -> BigInt,
        edition_id -> Nullable<BigInt>,
        title -> Text,
        price_minor -> BigInt,
        discount_minor -> BigInt,
        refunded_minor -> BigInt,
        refunded_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    order_tokens (id) {
        id -> BigInt,
        order_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    orders (id) {
        id -> BigInt,
        public_id -> Text,
        number -> Text,
        account_id -> Nullable<BigInt>,
        email -> Text,
        email_key -> Text,
        currency -> Text,
        subtotal_minor -> BigInt,
        discount_minor -> BigInt,
        total_minor -> BigInt,
        status -> Text,
        gateway -> Text,
        livemode -> Bool,
        cart_fingerprint -> Text,
        note -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        paid_at -> Nullable<Timestamp>,
        receipt_sent_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    payments (id) {
        id -> BigInt,
        order_id -> BigInt,
        gateway -> Text,
        gateway_id -> Text,
        status -> Text,
        amount_minor -> BigInt,
        currency -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        settled_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    refund_items (refund_id, line_item_id) {
        refund_id -> BigInt,
        line_item_id -> BigInt,
        amount_minor -> BigInt,
    }
}

diesel::table! {
    refunds (id) {
        id -> BigInt,
        public_id -> Text,
        order_id -> BigInt,
        payment_id -> BigInt,
        gateway -> Text,
        gateway_id -> Nullable<Text>,
        status -> Text,
        amount_minor -> BigInt,
        currency -> Text,
        reason -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        purpose -> Text,
        is_unclear -> Bool,
    }
}

diesel::joinable!(disputes -> orders (order_id));
diesel::joinable!(disputes -> payments (payment_id));
diesel::joinable!(findings -> accounts (resolved_by));
diesel::joinable!(findings -> orders (order_id));
diesel::joinable!(line_items -> books (book_id));
diesel::joinable!(line_items -> editions (edition_id));
diesel::joinable!(line_items -> orders (order_id));
diesel::joinable!(order_tokens -> orders (order_id));
diesel::joinable!(orders -> accounts (account_id));
diesel::joinable!(payments -> orders (order_id));
diesel::joinable!(refund_items -> line_items (line_item_id));
diesel::joinable!(refund_items -> refunds (refund_id));
diesel::joinable!(refunds -> orders (order_id));
diesel::joinable!(refunds -> payments (payment_id));
