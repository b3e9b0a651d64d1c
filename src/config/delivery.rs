//! `[default.bookplate.delivery]`: who serves the bytes.

use serde::Deserialize;

use super::{DeliveryLimits, SettingsError};

/// Who serves the bytes of a file that the gate has allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// This program itself.
    Builtin,
    /// nginx in front, told by `X-Accel-Redirect`.
    Nginx,
    /// Apache in front, told by `X-Sendfile` (`mod_xsendfile`).
    Apache,
    /// lighttpd in front, told by `X-Sendfile` (an option of its `mod_proxy`).
    Lighttpd,
    /// Caddy in front, told by `X-Accel-Redirect` (`handle_response` and `file_server`).
    Caddy,
}

/// Who names the media type of a handed-off file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentType {
    /// This program, from the original file name.
    Guess,
    /// nginx, from its own `types`; only for `backend = "nginx"`.
    Empty,
}

/// Who serves the bytes, and how they are told.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// Who serves the bytes.
    pub backend: Backend,
    /// nginx's `internal` location, and the prefix that Caddy looks for, with a slash at both ends.
    pub internal_prefix: String,
    /// Who names the media type.
    pub content_type: ContentType,
    /// The file into which nginx or Apache writes what it has sent, as `proxy-config` prints; empty: nobody tells.
    pub log: String,
    /// How much one buyer may take.
    pub limits: DeliveryLimits,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            backend: Backend::Builtin,
            internal_prefix: "/protected/".to_owned(),
            content_type: ContentType::Guess,
            log: String::new(),
            limits: DeliveryLimits::default(),
        }
    }
}

impl Delivery {
    /// # Errors
    /// When the prefix could not be a location. Whether it hides one of the shop's own addresses shows when they are
    /// all there: see `downloads::internal_location_is_free`.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        let prefix = &self.internal_prefix;
        let inner = prefix.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
        // Other characters mean different things to different servers, and `//` and `..` are folded by all.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let segment = |segment: &str| !segment.is_empty() && segment.bytes().all(plain);
        let fits = inner.is_some_and(|inner| inner.split('/').all(segment));
        if !fits {
            let right = "a path with a slash at both ends, for example \"/protected/\"";
            return Err(SettingsError::new("delivery.internal_prefix", prefix, right));
        }
        if self.content_type == ContentType::Empty && self.backend != Backend::Nginx {
            let right = "\"guess\", since only nginx names the type itself";
            return Err(SettingsError::new("delivery.content_type", "empty", right));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let fits = self.log.is_empty() || self.log.starts_with('/') && self.log.chars().all(plain);
        if !fits {
            let right = "an absolute path without spaces, for example \"/var/log/nginx/bookplate.log\"";
            return Err(SettingsError::new("delivery.log", &self.log, right));
        }
        self.limits.validate(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_nginx_could_misread_stops_the_start_with_a_sentence() {
        let with =
            |prefix: &str| Delivery { internal_prefix: prefix.into(), ..Delivery::default() }.validate();
        for prefix in ["/protected/", "/a/b-c_d/"] {
            assert_eq!(with(prefix), Ok(()));
        }
        assert_eq!(
            with("/protected").unwrap_err().to_string(),
            "the setting bookplate.delivery.internal_prefix = \"/protected\" can't be used: it must be a path with \
             a slash at both ends, for example \"/protected/\""
        );
        for prefix in
            ["", "/", "//", "p/", "/a//b/", "/../", "/.x/", "/a b/", "/%2f/", "/a\n/", "/é/", "/$a/"]
        {
            assert!(with(prefix).is_err(), "{prefix:?}");
        }
    }
}
