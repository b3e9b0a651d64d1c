//! From the cart to the gateway, and the sandbox gateway's own books.

use super::account_tables::accounts;
use super::catalog_tables::books;
use super::order_tables::orders;

diesel::table! {
    cart_items (cart_id, book_id) {
        cart_id -> BigInt,
        book_id -> BigInt,
        added_at -> Timestamp,
    }
}

diesel::table! {
    carts (id) {
        id -> BigInt,
        token_hash -> Nullable<Text>,
        account_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    checkouts (id) {
        id -> BigInt,
        order_id -> BigInt,
        attempt -> Integer,
        gateway -> Text,
        gateway_id -> Nullable<Text>,
        url -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    payment_events (id) {
        id -> BigInt,
        gateway -> Text,
        event_id -> Text,
        kind -> Text,
        object_id -> Text,
        livemode -> Bool,
        api_version -> Text,
        payload -> Text,
        received_at -> Timestamp,
        next_try_at -> Timestamp,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        processed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sandbox_checkouts (id) {
        id -> BigInt,
        public_id -> Text,
        idempotency_key -> Text,
        reference -> Text,
        email -> Text,
        currency -> Text,
        amount_minor -> BigInt,
        lines -> Text,
        success_url -> Text,
        cancel_url -> Text,
        status -> Text,
        payment_status -> Text,
        payment_id -> Nullable<Text>,
        settles_at -> Nullable<Timestamp>,
        refunded_minor -> BigInt,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        settles_as -> Text,
    }
}

diesel::table! {
    sandbox_refunds (id) {
        id -> BigInt,
        public_id -> Text,
        idempotency_key -> Text,
        checkout_id -> BigInt,
        amount_minor -> BigInt,
        created_at -> Timestamp,
        state -> Text,
        reference -> Nullable<Text>,
    }
}

diesel::joinable!(cart_items -> books (book_id));
diesel::joinable!(cart_items -> carts (cart_id));
diesel::joinable!(carts -> accounts (account_id));
diesel::joinable!(checkouts -> orders (order_id));
diesel::joinable!(sandbox_refunds -> sandbox_checkouts (checkout_id));
