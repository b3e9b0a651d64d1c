//! A request's method and conditions.

/// What the request says about how the file shall be sent: its method and its conditions, as they came.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// `HEAD` rather than `GET`.
    pub head: bool,
    /// `Range`.
    pub range: Option<String>,
    /// `If-Range`.
    pub if_range: Option<String>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// `If-None-Match`.
    pub if_none_match: Option<String>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<String>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<String>,
}
