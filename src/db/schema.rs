//! The tables as Diesel sees them: one schema for both databases.
//!
//! Written by hand from `migrations/`, in the types that both have: `BigInt` money and row ids, `Timestamp` in UTC,
//! `Text` for enums and public ids. A test compares it with what the migrations make.
#![allow(missing_docs)]

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
    accounts (id) {
        id -> BigInt,
        public_id -> Text,
        email -> Text,
        email_key -> Text,
        email_confirmed_at -> Nullable<Timestamp>,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        blocked_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

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
    }
}

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
    categories (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Text,
        position -> Integer,
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
    contributors (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
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
    email_tokens (id) {
        id -> BigInt,
        token_hash -> Text,
        account_id -> BigInt,
        purpose -> Text,
        email -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
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
    mails (id) {
        id -> BigInt,
        unique_key -> Nullable<Text>,
        recipient -> Text,
        subject -> Text,
        body_text -> Text,
        body_html -> Text,
        created_at -> Timestamp,
        send_at -> Timestamp,
        attempts -> Integer,
        claimed_until -> Nullable<Timestamp>,
        last_error -> Nullable<Text>,
        sent_at -> Nullable<Timestamp>,
        failed_at -> Nullable<Timestamp>,
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
    }
}

diesel::table! {
    series (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        account_id -> BigInt,
        user_agent -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::joinable!(access_overrides -> books (book_id));
diesel::joinable!(book_categories -> books (book_id));
diesel::joinable!(book_categories -> categories (category_id));
diesel::joinable!(book_contributors -> books (book_id));
diesel::joinable!(book_contributors -> contributors (contributor_id));
diesel::joinable!(book_files -> books (book_id));
diesel::joinable!(book_files -> editions (edition_id));
diesel::joinable!(books -> accounts (publisher_id));
diesel::joinable!(books -> series (series_id));
diesel::joinable!(cart_items -> books (book_id));
diesel::joinable!(cart_items -> carts (cart_id));
diesel::joinable!(carts -> accounts (account_id));
diesel::joinable!(checkouts -> orders (order_id));
diesel::joinable!(cover_images -> covers (cover_id));
diesel::joinable!(covers -> books (book_id));
diesel::joinable!(disputes -> orders (order_id));
diesel::joinable!(disputes -> payments (payment_id));
diesel::joinable!(downloads -> accounts (account_id));
diesel::joinable!(downloads -> book_files (file_id));
diesel::joinable!(downloads -> books (book_id));
diesel::joinable!(downloads -> orders (order_id));
diesel::joinable!(editions -> books (book_id));
diesel::joinable!(email_tokens -> accounts (account_id));
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
diesel::joinable!(sandbox_refunds -> sandbox_checkouts (checkout_id));
diesel::joinable!(sessions -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    access_overrides,
    accounts,
    book_categories,
    book_contributors,
    book_files,
    books,
    cart_items,
    carts,
    categories,
    checkouts,
    contributors,
    cover_images,
    covers,
    disputes,
    downloads,
    editions,
    email_tokens,
    line_items,
    mails,
    order_tokens,
    orders,
    payment_events,
    payments,
    refund_items,
    refunds,
    sandbox_checkouts,
    sandbox_refunds,
    series,
    sessions,
);
