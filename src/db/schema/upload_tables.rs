//! Files on their way to a title.

use super::account_tables::accounts;
use super::catalog_tables::books;

diesel::table! {
    stray_files (storage_key) {
        storage_key -> Text,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    upload_keys (id) {
        id -> BigInt,
        public_id -> Text,
        key_hash -> Text,
        book_id -> BigInt,
        account_id -> BigInt,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    uploads (id) {
        id -> BigInt,
        public_id -> Text,
        book_id -> BigInt,
        account_id -> BigInt,
        file_name -> Text,
        is_sample -> Bool,
        byte_length -> BigInt,
        received -> BigInt,
        hash_state -> Text,
        status -> Text,
        refusal -> Text,
        storage_key -> Text,
        file_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(upload_keys -> accounts (account_id));
diesel::joinable!(upload_keys -> books (book_id));
diesel::joinable!(uploads -> accounts (account_id));
diesel::joinable!(uploads -> books (book_id));
