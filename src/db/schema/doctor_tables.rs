//! What the doctor may fetch, and what it found.

diesel::table! {
    canaries (id) {
        id -> BigInt,
        token_hash -> Text,
        files -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    canary_marks (canary_id, name) {
        canary_id -> BigInt,
        name -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    examinations (id) {
        id -> BigInt,
        at -> Timestamp,
        asked_by -> Text,
        report -> Text,
    }
}

diesel::joinable!(canary_marks -> canaries (canary_id));
