//! Invoices and credit notes, tax, and what buyers state by law.

use super::order_tables::{orders, refunds};

diesel::table! {
    order_billing (order_id) {
        order_id -> BigInt,
        name -> Text,
        company -> Text,
        address -> Text,
        country -> Text,
        vat_id -> Text,
        source -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    order_tax (order_id) {
        order_id -> BigInt,
        mode -> Text,
        country -> Text,
        rate -> Nullable<BigInt>,
        tax_minor -> BigInt,
        added_tax_minor -> BigInt,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    order_waivers (order_id) {
        order_id -> BigInt,
        text -> Text,
        version -> Text,
        agreed_at -> Timestamp,
    }
}

diesel::table! {
    paper_series (series) {
        series -> Text,
        last -> BigInt,
    }
}

diesel::table! {
    papers (id) {
        id -> BigInt,
        order_id -> BigInt,
        kind -> Text,
        number -> Text,
        refers_to -> Nullable<BigInt>,
        refund_id -> Nullable<BigInt>,
        total_minor -> BigInt,
        tax_minor -> BigInt,
        currency -> Text,
        snapshot -> Text,
        issued_at -> Timestamp,
    }
}

diesel::table! {
    withdrawals (id) {
        id -> BigInt,
        public_id -> Text,
        order_id -> Nullable<BigInt>,
        order_number -> Text,
        name -> Text,
        email -> Text,
        email_key -> Text,
        statement -> Text,
        received_at -> Timestamp,
    }
}

diesel::joinable!(order_billing -> orders (order_id));
diesel::joinable!(order_tax -> orders (order_id));
diesel::joinable!(order_waivers -> orders (order_id));
diesel::joinable!(papers -> orders (order_id));
diesel::joinable!(papers -> refunds (refund_id));
diesel::joinable!(withdrawals -> orders (order_id));
