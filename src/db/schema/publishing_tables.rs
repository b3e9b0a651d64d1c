//! Publishers, their reviews and plans, and mails to buyers.

use super::account_tables::accounts;
use super::catalog_tables::{books, editions};

diesel::table! {
    edition_news (edition_id) {
        edition_id -> BigInt,
        reached -> BigInt,
        told -> BigInt,
        created_at -> Timestamp,
        done_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    news_opt_outs (id) {
        id -> BigInt,
        email_key -> Text,
        account_id -> Nullable<BigInt>,
        book_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    news_tokens (id) {
        id -> BigInt,
        token_hash -> Text,
        email_key -> Text,
        account_id -> Nullable<BigInt>,
        book_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    publisher_requests (id) {
        id -> BigInt,
        public_id -> Text,
        account_id -> BigInt,
        words -> Text,
        status -> Text,
        answer -> Text,
        answered_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    release_plans (book_id) {
        book_id -> BigInt,
        publish_at -> Timestamp,
        approved -> Bool,
        tell_buyers -> Bool,
        set_by -> Nullable<BigInt>,
        problem -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    reviews (id) {
        id -> BigInt,
        public_id -> Text,
        book_id -> BigInt,
        edition_id -> Nullable<BigInt>,
        asked_by -> Nullable<BigInt>,
        words -> Text,
        tell_buyers -> Bool,
        status -> Text,
        answer -> Text,
        answered_by -> Nullable<BigInt>,
        created_at -> Timestamp,
        answered_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(edition_news -> editions (edition_id));
diesel::joinable!(news_opt_outs -> books (book_id));
diesel::joinable!(news_tokens -> books (book_id));
diesel::joinable!(publisher_requests -> accounts (account_id));
diesel::joinable!(release_plans -> books (book_id));
diesel::joinable!(reviews -> books (book_id));
