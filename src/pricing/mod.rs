//! What things cost beside a book's own price: discount codes, bundles, and prices that readers name.

pub mod book_list;
pub mod bundle;
pub mod bundle_page;
pub mod bundle_text;
pub mod code;
pub mod code_text;
pub mod code_use;
pub mod offers;
pub mod pages;
pub mod pay_what_you_want;
pub mod price_text;
pub mod reduction;
pub mod routes;
pub mod spread;
pub mod views;

pub use bundle::{Bundle, BundleId};
pub use code::{Code, CodeId, CodeKind, CodeProblem, Customer};
pub use code_use::{CodeUse, HoldError};
pub use pay_what_you_want::PriceRule;
