//! The settings of the delivery: `[default.bookplate.delivery]`.

use serde::{Deserialize, Serialize};

/// Who sends the bytes of a file once the gate has allowed it.
///
/// The choice comes from here alone, never from a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who sends the bytes. Default: `builtin`.
    pub backend: BackendKind,
    /// nginx only: the `internal` location that it serves the store from. It begins and ends with a slash, and is none
    /// of the shop's own addresses. Default: `/protected/`.
    pub internal_prefix: String,
    /// nginx only: whose idea of the media type counts. Default: `guess`.
    pub content_type: ContentType,
}

/// The delivery backends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BackendKind {
    /// Bookplate sends the bytes by itself; nothing else is needed.
    #[serde(rename = "builtin")]
    BuiltIn,
    /// nginx sends them, told by `X-Accel-Redirect`.
    Nginx,
    /// Apache with mod_xsendfile sends them, told by `X-Sendfile`.
    Apache,
}

impl BackendKind {
    /// The backend's name, as it is spelled in the settings and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            BackendKind::BuiltIn => "builtin",
            BackendKind::Nginx => "nginx",
            BackendKind::Apache => "apache",
        }
    }
}

/// What stands in the `Content-Type` of a hand-off to nginx.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentType {
    /// The media type that the file's name tells.
    Guess,
    /// Nothing, so that nginx takes it from its own `types`.
    Empty,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            backend: BackendKind::BuiltIn,
            internal_prefix: "/protected/".to_owned(),
            content_type: ContentType::Guess,
        }
    }
}

impl Settings {
    /// Checks what the types can't.
    ///
    /// # Errors
    /// One sentence that names the key, the value and what would be right.
    pub fn validate(&self) -> Result<(), String> {
        let prefix = &self.internal_prefix;
        let wrong = |what: &str| Err(format!("delivery.internal_prefix is {prefix:?}, {what}"));
        let Some(inner) = prefix.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
            return wrong("but it must begin and end with a slash, such as \"/protected/\".");
        };
        // Other characters mean different things to different servers, and `//` and `..` are folded by all.
        let plain = |segment: &str| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        if !inner.split('/').all(plain) {
            return wrong(
                "but between its slashes it may hold only letters, digits, '_', '-' and '.', such as \"/protected/\".",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_nginx_could_misread_stops_the_start_with_a_sentence() {
        let with =
            |prefix: &str| Settings { internal_prefix: prefix.into(), ..Settings::default() }.validate();
        assert_eq!(Settings::default().validate(), Ok(()));
        assert_eq!(with("/a/b-c_d/"), Ok(()));
        assert_eq!(
            with("/protected"),
            Err("delivery.internal_prefix is \"/protected\", but it must begin and end with a slash, such as \
                 \"/protected/\"."
                .to_owned())
        );
        for prefix in
            ["", "/", "//", "protected/", "/a//b/", "/../", "/.x/", "/a b/", "/%2f/", "/a\n/", "/é/", "/$a/"]
        {
            assert!(with(prefix).is_err(), "{prefix:?}");
        }
    }

    #[test]
    fn the_backends_are_spelled_as_in_the_settings() {
        for (name, kind) in [
            ("builtin", BackendKind::BuiltIn),
            ("nginx", BackendKind::Nginx),
            ("apache", BackendKind::Apache),
        ] {
            let settings: Settings = serde_json::from_value(serde_json::json!({ "backend": name })).unwrap();
            assert_eq!(settings.backend, kind);
            assert_eq!(kind.as_str(), name);
        }
        let unknown = serde_json::from_value::<Settings>(serde_json::json!({ "backend": "caddy" }))
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("expected one of `builtin`, `nginx`, `apache`"), "{unknown}");
    }
}
