//! What every page shares: errors, layout, assets, and the headers of each answer.

pub mod access_log;
pub mod assets;
pub mod background;
pub mod cache_policy;
pub mod catchers;
pub mod cookies;
pub mod csrf;
pub mod error;
pub mod export;
pub mod filters;
pub mod flash;
pub mod form;
pub mod form_answer;
pub mod health;
pub mod html;
pub mod languages;
pub mod layout;
pub mod pagination;
pub mod refused;
pub mod request_id;
pub mod security_headers;
pub mod show;
pub mod table;
pub mod wants;

pub use error::{Error, Result};
pub use export::Export;
pub use flash::Flash;
pub use form::Errors;
pub use form_answer::FormAnswer;
pub use html::Html;
pub use layout::Layout;
pub use refused::Refused;
