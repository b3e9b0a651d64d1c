//! What templates can do with a value: `{{ "css/base.css"|asset }}`.

#![allow(missing_docs, reason = "the macro makes items that cannot be documented")]

use askama::Values;

/// The address of a file of `static/`.
///
/// # Errors
/// Never.
#[askama::filter_fn]
pub fn asset(name: impl std::fmt::Display, _: &dyn Values) -> askama::Result<String> {
    Ok(super::assets::address(&name.to_string()))
}
