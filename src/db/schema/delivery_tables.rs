//! Who may have what, and who got it.

use super::account_tables::accounts;
use super::catalog_tables::{book_files, books};
use super::order_tables::orders;

diesel::table! {
    access_overrides (id) {
        id -> BigInt,
        book_id -> BigInt,
        account_id -> BigInt,
        allowed -> Bool,
        reason -> Text,
        author_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    downloads (id) {
        id -> BigInt,
        at -> Timestamp,
        file_id -> BigInt,
        book_id -> BigInt,
        account_id -> Nullable<BigInt>,
        order_id -> Nullable<BigInt>,
        allowed -> Bool,
        reason -> Text,
        backend -> Text,
        method -> Text,
        range -> Nullable<Text>,
        status -> Integer,
        ticket -> Nullable<Text>,
        device -> Nullable<Text>,
        sent_bytes -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> BigInt,
        file_id -> BigInt,
        order_id -> Nullable<BigInt>,
        account_id -> Nullable<BigInt>,
        began_at -> Timestamp,
        last_at -> Timestamp,
        answers -> BigInt,
        sent_bytes -> BigInt,
        covered -> Text,
        backend -> Text,
        device -> Nullable<Text>,
        completed_at -> Nullable<Timestamp>,
        forgiven_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    delivery_logs (id) {
        id -> BigInt,
        first_line -> Text,
        inode -> BigInt,
        position -> BigInt,
        read_at -> Timestamp,
    }
}

diesel::table! {
    download_links (id) {
        id -> BigInt,
        public_id -> Text,
        token_hash -> Text,
        file_id -> BigInt,
        account_id -> Nullable<BigInt>,
        bearer_hash -> Nullable<Text>,
        created_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    file_checks (id) {
        id -> BigInt,
        sha256 -> Text,
        crc32 -> BigInt,
    }
}

diesel::joinable!(access_overrides -> books (book_id));
diesel::joinable!(deliveries -> accounts (account_id));
diesel::joinable!(deliveries -> book_files (file_id));
diesel::joinable!(deliveries -> orders (order_id));
diesel::joinable!(download_links -> accounts (account_id));
diesel::joinable!(download_links -> book_files (file_id));
diesel::joinable!(downloads -> accounts (account_id));
diesel::joinable!(downloads -> book_files (file_id));
diesel::joinable!(downloads -> books (book_id));
diesel::joinable!(downloads -> orders (order_id));
