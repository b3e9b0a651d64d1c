//! What gateways know this shop by.

diesel::table! {
    shop_identity (id) {
        id -> BigInt,
        public_id -> Text,
        created_at -> Timestamp,
    }
}
