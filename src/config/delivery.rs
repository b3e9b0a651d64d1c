//! `[default.bookplate.delivery]`: who serves the bytes.

use serde::Deserialize;

use super::{DeliveryLimits, SettingsError, StorageKind};

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
    /// The S3 service itself: the reader is sent to an address there that is good for a short time.
    Redirect,
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
    /// For how many seconds an address is good that readers are sent to; 10 to 3600.
    pub redirect_seconds: u32,
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
            redirect_seconds: 60,
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
        if !(10..=3600).contains(&self.redirect_seconds) {
            let value = self.redirect_seconds.to_string();
            return Err(SettingsError::new("delivery.redirect_seconds", &value, "from 10 to 3600 seconds"));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let fits = self.log.is_empty() || self.log.starts_with('/') && self.log.chars().all(plain);
        if !fits {
            let right = "an absolute path without spaces, for example \"/var/log/nginx/bookplate.log\"";
            return Err(SettingsError::new("delivery.log", &self.log, right));
        }
        self.limits.validate(self)
    }

    /// # Errors
    /// When this backend can't send from such a store.
    pub(super) fn validate_with(&self, store: StorageKind) -> Result<(), SettingsError> {
        let right = match (store, self.backend) {
            (StorageKind::S3, Backend::Apache | Backend::Lighttpd | Backend::Caddy) => {
                "\"builtin\", \"nginx\" or \"redirect\", since the files are in a bucket (storage.kind = \"s3\")"
            }
            (StorageKind::Local, Backend::Redirect) => {
                "\"builtin\" or a web server, since the files are on this machine (storage.kind = \"local\")"
            }
            (StorageKind::S3, _) if self.content_type == ContentType::Empty => {
                let right = "\"guess\", since nginx doesn't see the names of files in a bucket";
                return Err(SettingsError::new("delivery.content_type", "empty", right));
            }
            _ => return Ok(()),
        };
        Err(SettingsError::new("delivery.backend", self.backend.as_str(), right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backend_that_cannot_send_from_the_store_stops_the_start() {
        let with = |backend, store| Delivery { backend, ..Delivery::default() }.validate_with(store);
        for backend in [Backend::Builtin, Backend::Nginx, Backend::Redirect] {
            assert_eq!(with(backend, StorageKind::S3), Ok(()));
        }
        for backend in [Backend::Apache, Backend::Lighttpd, Backend::Caddy] {
            assert_eq!(with(backend, StorageKind::Local), Ok(()));
            let sentence = with(backend, StorageKind::S3).unwrap_err().to_string();
            assert!(sentence.contains(backend.as_str()) && sentence.contains("\"redirect\""), "{sentence}");
        }
        assert!(
            with(Backend::Redirect, StorageKind::Local).unwrap_err().to_string().contains("on this machine")
        );
        let empty =
            Delivery { backend: Backend::Nginx, content_type: ContentType::Empty, ..Delivery::default() };
        assert!(
            empty.validate_with(StorageKind::S3).is_err() && empty.validate_with(StorageKind::Local).is_ok()
        );
        for redirect_seconds in [9, 3601] {
            assert!(Delivery { redirect_seconds, ..Delivery::default() }.validate().is_err());
        }
    }

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
