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

impl Conditions {
    /// As a request says them: `lines` gives the lines of the field of a name. Several lines of one field are one list
    /// (RFC 9110 §5.2); of a field that is no list, they are malformed, and count as that.
    ///
    /// # Errors
    ///
    /// What `lines` fails with.
    pub fn read<'a, E>(head: bool, lines: impl Fn(&str) -> Result<Vec<&'a str>, E>) -> Result<Self, E> {
        let field = |name| lines(name).map(|lines| (!lines.is_empty()).then(|| lines.join(", ")));
        Ok(Self {
            head,
            range: field("range")?,
            if_range: field("if-range")?,
            if_match: field("if-match")?,
            if_none_match: field("if-none-match")?,
            if_modified_since: field("if-modified-since")?,
            if_unmodified_since: field("if-unmodified-since")?,
        })
    }
}
