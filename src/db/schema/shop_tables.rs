//! What belongs to the shop and not to its operator.

diesel::table! {
    shop_face (id) {
        id -> BigInt,
        revision -> BigInt,
        name -> Text,
        sender_name -> Text,
        sender_address -> Text,
        main_light -> Text,
        main_dark -> Text,
        accent_light -> Text,
        accent_dark -> Text,
        logo -> Nullable<Binary>,
        logo_width -> Integer,
        logo_height -> Integer,
    }
}

diesel::table! {
    shop_texts (kind) {
        kind -> Text,
        body -> Text,
        changed_at -> Timestamp,
    }
}
