//! The tables as Diesel sees them: one schema for both databases.
//!
//! Written by hand from `migrations/`, in the types that both have: `BigInt` money and row ids, `Timestamp` in UTC,
//! `Text` for enums and public ids. A test compares it with what the migrations make.
#![allow(missing_docs)]

mod account_tables;
mod admin_tables;
mod catalog_tables;
mod checkout_tables;
mod delivery_tables;
mod gift_tables;
mod life_tables;
mod order_tables;
mod paper_tables;
mod payment_tables;
mod price_tables;
mod publishing_tables;
mod shop_tables;
mod upload_tables;

pub use account_tables::*;
pub use admin_tables::*;
pub use catalog_tables::*;
pub use checkout_tables::*;
pub use delivery_tables::*;
pub use gift_tables::*;
pub use life_tables::*;
pub use order_tables::*;
pub use paper_tables::*;
pub use payment_tables::*;
pub use price_tables::*;
pub use publishing_tables::*;
pub use shop_tables::*;
pub use upload_tables::*;

diesel::allow_tables_to_appear_in_same_query!(
    access_overrides,
    accounts,
    admin_acts,
    book_categories,
    book_contributors,
    book_files,
    books,
    bundle_books,
    bundles,
    cart_amounts,
    cart_bundles,
    cart_codes,
    cart_items,
    carts,
    categories,
    checkouts,
    closed_items,
    code_books,
    code_uses,
    contributors,
    cover_images,
    covers,
    discount_codes,
    disputes,
    downloads,
    edition_news,
    editions,
    email_tokens,
    findings,
    former_names,
    gift_tokens,
    gifts,
    gateway_marks,
    line_items,
    line_reductions,
    mails,
    news_opt_outs,
    news_tokens,
    order_billing,
    order_tax,
    order_tokens,
    order_waivers,
    orders,
    paper_series,
    papers,
    payment_events,
    payment_facts,
    payments,
    price_rules,
    publisher_requests,
    refund_items,
    refunds,
    release_plans,
    reviews,
    sandbox_checkouts,
    sandbox_disputes,
    sandbox_refunds,
    series,
    sessions,
    stray_files,
    title_imports,
    upload_keys,
    uploads,
    withdrawals,
    shop_face,
    shop_identity,
    shop_texts,
);
