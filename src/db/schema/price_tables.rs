//! Codes, bundles and price rules.

use super::account_tables::accounts;
use super::catalog_tables::books;
use super::checkout_tables::carts;
use super::order_tables::{line_items, orders};

diesel::table! {
    bundle_books (bundle_id, book_id) {
        bundle_id -> BigInt,
        book_id -> BigInt,
        position -> BigInt,
    }
}

diesel::table! {
    bundles (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        title -> Text,
        description -> Text,
        price_minor -> BigInt,
        currency -> Text,
        published_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    cart_amounts (cart_id, book_id) {
        cart_id -> BigInt,
        book_id -> BigInt,
        amount_minor -> BigInt,
    }
}

diesel::table! {
    cart_bundles (cart_id, bundle_id) {
        cart_id -> BigInt,
        bundle_id -> BigInt,
        added_at -> Timestamp,
    }
}

diesel::table! {
    cart_codes (cart_id) {
        cart_id -> BigInt,
        code_id -> BigInt,
        entered_at -> Timestamp,
    }
}

diesel::table! {
    code_books (code_id, book_id) {
        code_id -> BigInt,
        book_id -> BigInt,
    }
}

diesel::table! {
    code_uses (id) {
        id -> BigInt,
        code_id -> BigInt,
        order_id -> BigInt,
        account_id -> Nullable<BigInt>,
        email_key -> Text,
        state -> Text,
        discount_minor -> BigInt,
        over_limit -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    discount_codes (id) {
        id -> BigInt,
        public_id -> Text,
        code -> Text,
        kind -> Text,
        basis_points -> BigInt,
        amount_minor -> BigInt,
        currency -> Text,
        every_book -> Bool,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
        use_limit -> Nullable<BigInt>,
        customer_limit -> Nullable<BigInt>,
        minimum_minor -> BigInt,
        uses -> BigInt,
        note -> Text,
        switched_off_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    line_reductions (line_item_id) {
        line_item_id -> BigInt,
        bundle -> Text,
        bundle_minor -> BigInt,
        code -> Text,
        code_minor -> BigInt,
    }
}

diesel::table! {
    price_rules (book_id) {
        book_id -> BigInt,
        minimum_minor -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::joinable!(bundle_books -> books (book_id));
diesel::joinable!(bundle_books -> bundles (bundle_id));
diesel::joinable!(cart_amounts -> books (book_id));
diesel::joinable!(cart_amounts -> carts (cart_id));
diesel::joinable!(cart_bundles -> bundles (bundle_id));
diesel::joinable!(cart_bundles -> carts (cart_id));
diesel::joinable!(cart_codes -> carts (cart_id));
diesel::joinable!(cart_codes -> discount_codes (code_id));
diesel::joinable!(code_books -> books (book_id));
diesel::joinable!(code_books -> discount_codes (code_id));
diesel::joinable!(code_uses -> accounts (account_id));
diesel::joinable!(code_uses -> discount_codes (code_id));
diesel::joinable!(code_uses -> orders (order_id));
diesel::joinable!(line_reductions -> line_items (line_item_id));
diesel::joinable!(price_rules -> books (book_id));
