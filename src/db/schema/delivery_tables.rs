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
    }
}

diesel::joinable!(access_overrides -> books (book_id));
diesel::joinable!(downloads -> accounts (account_id));
diesel::joinable!(downloads -> book_files (file_id));
diesel::joinable!(downloads -> books (book_id));
diesel::joinable!(downloads -> orders (order_id));
