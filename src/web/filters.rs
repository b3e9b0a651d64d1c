//! What templates can do with a value: `{{ "css/base.css"|asset }}`.

use askama::Values;

/// The address of a file of `static/`.
///
/// # Errors
/// Never.
#[askama::filter_fn]
pub fn asset(name: impl std::fmt::Display, _: &dyn Values) -> askama::Result<String> {
    Ok(super::assets::address(&name.to_string()))
}
