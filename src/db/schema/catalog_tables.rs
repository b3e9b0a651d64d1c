//! The catalogue.

use super::account_tables::accounts;

diesel::table! {
    book_categories (book_id, category_id) {
        book_id -> BigInt,
        category_id -> BigInt,
    }
}

diesel::table! {
    book_contributors (book_id, contributor_id, role) {
        book_id -> BigInt,
        contributor_id -> BigInt,
        role -> Text,
        position -> Integer,
    }
}

diesel::table! {
    book_files (id) {
        id -> BigInt,
        public_id -> Text,
        book_id -> BigInt,
        edition_id -> BigInt,
        format -> Text,
        is_sample -> Bool,
        file_name -> Text,
        media_type -> Text,
        byte_length -> BigInt,
        sha256 -> Text,
        storage_key -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    books (id) {
        id -> BigInt,
        public_id -> Text,
        slug -> Text,
        title -> Text,
        sort_title -> Text,
        subtitle -> Text,
        description -> Text,
        language -> Text,
        status -> Text,
        price_minor -> BigInt,
        currency -> Text,
        series_id -> Nullable<BigInt>,
        series_position -> Nullable<Integer>,
        publisher_id -> BigInt,
        published_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        revision -> BigInt,
    }
}

diesel::table! {
    categories (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Text,
        position -> Integer,
    }
}

diesel::table! {
    contributors (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        bio -> Text,
    }
}

diesel::table! {
    cover_images (cover_id, width) {
        cover_id -> BigInt,
        width -> Integer,
        height -> Integer,
        media_type -> Text,
        byte_length -> BigInt,
        storage_key -> Text,
    }
}

diesel::table! {
    covers (id) {
        id -> BigInt,
        public_id -> Text,
        book_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    editions (id) {
        id -> BigInt,
        book_id -> BigInt,
        number -> Integer,
        release_notes -> Text,
        published_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    former_names (id) {
        id -> BigInt,
        kind -> Text,
        slug -> Text,
        category_id -> Nullable<BigInt>,
        series_id -> Nullable<BigInt>,
        contributor_id -> Nullable<BigInt>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    series (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
    }
}

diesel::joinable!(book_categories -> books (book_id));
diesel::joinable!(book_categories -> categories (category_id));
diesel::joinable!(book_contributors -> books (book_id));
diesel::joinable!(book_contributors -> contributors (contributor_id));
diesel::joinable!(book_files -> books (book_id));
diesel::joinable!(book_files -> editions (edition_id));
diesel::joinable!(books -> accounts (publisher_id));
diesel::joinable!(books -> series (series_id));
diesel::joinable!(cover_images -> covers (cover_id));
diesel::joinable!(covers -> books (book_id));
diesel::joinable!(editions -> books (book_id));
diesel::joinable!(former_names -> categories (category_id));
diesel::joinable!(former_names -> contributors (contributor_id));
diesel::joinable!(former_names -> series (series_id));
