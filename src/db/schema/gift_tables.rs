//! Orders that are gifts.

use super::account_tables::accounts;
use super::order_tables::orders;

diesel::table! {
    gift_tokens (id) {
        id -> BigInt,
        gift_id -> BigInt,
        token_hash -> Text,
        created_at -> Timestamp,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    gifts (id) {
        id -> BigInt,
        public_id -> Text,
        order_id -> BigInt,
        giver_name -> Text,
        recipient_name -> Text,
        recipient_email -> Text,
        email_key -> Text,
        message -> Text,
        deliver_at -> Timestamp,
        sendings -> BigInt,
        sent_at -> Nullable<Timestamp>,
        opened_at -> Nullable<Timestamp>,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::joinable!(gift_tokens -> gifts (gift_id));
diesel::joinable!(gifts -> accounts (claimed_by));
diesel::joinable!(gifts -> orders (order_id));
