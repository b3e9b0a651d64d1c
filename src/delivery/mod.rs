//! The hand-off: an allowed file on its way to whoever sends its bytes.
//!
//! A backend turns a [`Handoff`] into response headers (nginx, Apache, lighttpd, Caddy), into a body (built in) or into
//! another address (redirect). Which one it is comes from the settings alone, and nothing above this module knows. This
//! module knows no book, order or viewer either: it gets a storage key, a file name and the request's conditions, and
//! whoever calls it has asked the gate.
//!
//! # One validator for all backends
//! The `ETag` is the one that nginx makes, `"<mtime in hex>-<size in hex>"`, and is taken, like `Last-Modified`, from
//! the open file at the hand-off, because that is what nginx looks at too. (Apache, lighttpd and Caddy from 2.7 on pass
//! ours on; an older Caddy writes its own.) So a paused download goes on after the shop has changed its backend. For this a file's time must never change: the store sets
//! it once, when the file comes in, and a backup must be restored with its times. An object in a bucket carries this time
//! with it, since the service's own is that of its last copy.

mod apache;
pub mod archive;
mod builtin;
mod caddy;
mod conditional;
mod conditions;
mod disposition;
mod http_date;
mod lighttpd;
pub mod media_type;
#[cfg(test)]
mod model;
mod multipart;
mod nginx;
mod percent;
mod plain;
#[cfg(test)]
mod properties;
pub mod proxy_config;
mod range;
mod reader;
mod redirect;
mod span;
mod validators;

pub use conditions::Conditions;
pub(crate) use reader::read_cached;
pub use reader::{CHUNK, Reader};
pub use span::{Span, Supply, Tally};
use validators::Validators;

use crate::config;
use crate::storage::{Source, StorageKey, Store, StoreError, StoredFile};

/// An allowed file on its way to a backend.
#[derive(Debug, Clone)]
pub struct Handoff {
    /// Which bytes of the store.
    pub key: StorageKey,
    /// How many bytes there are; another length in the store is an error.
    pub length: u64,
    /// The name that the file gets at the reader's, any text; its extension tells the media type.
    pub file_name: String,
}

/// The answer to a request for a file: all that the responder has to write down.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in order, each name once; `Content-Length` comes from the body.
    pub headers: Vec<(&'static str, String)>,
    /// What follows the headers.
    pub body: Body,
}

/// What follows the headers of an [`Answer`].
#[derive(Debug)]
pub enum Body {
    /// Nothing: zero bytes (or, for a 304, no body at all).
    Empty,
    /// A sentence for a person, as UTF-8.
    Text(String),
    /// Bytes of the file, whole or in part. For a `HEAD` request it is there too, for its length, and isn't read.
    File(Reader),
    /// Bytes of a zip of several files, whole or in part.
    Archive(archive::Archive),
}

/// Why an allowed file could not be sent. The sentence is for the customer; the cause is for the operator's log.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The store doesn't give the file.
    #[error("The file can't be fetched just now. Please try again later; the shop has been told.")]
    Store(#[source] StoreError),
    /// The system refused something that always works.
    #[error("The file can't be sent just now. Please try again later.")]
    System(#[source] std::io::Error),
}

/// Sends files from a store by the backend of the settings.
#[derive(Debug, Clone)]
pub struct Delivery {
    store: Store,
    backend: Backend,
}

/// Who sends the bytes.
#[derive(Debug, Clone)]
enum Backend {
    BuiltIn,
    Nginx(nginx::Nginx),
    Apache(apache::Apache),
    Lighttpd(lighttpd::Lighttpd),
    Caddy(caddy::Caddy),
    Redirect(redirect::Redirect),
}

impl Delivery {
    /// The delivery that `settings` describe; they must have been validated.
    pub fn new(settings: &config::Delivery, store: Store) -> Delivery {
        let backend = match (settings.backend, store.local()) {
            (config::Backend::Nginx, _) => Backend::Nginx(nginx::Nginx::from_settings(settings)),
            (config::Backend::Apache, Some(local)) => {
                Backend::Apache(apache::Apache { local: local.clone() })
            }
            (config::Backend::Lighttpd, Some(local)) => {
                Backend::Lighttpd(lighttpd::Lighttpd { local: local.clone() })
            }
            (config::Backend::Caddy, Some(_)) => Backend::Caddy(caddy::Caddy::from_settings(settings)),
            (config::Backend::Redirect, None) => {
                Backend::Redirect(redirect::Redirect::from_settings(settings))
            }
            // The settings refuse the other pairs; this one can send anything.
            _ => Backend::BuiltIn,
        };
        Delivery { store, backend }
    }

    /// Which backend sends the bytes: for the ledger.
    pub fn backend(&self) -> config::Backend {
        match self.backend {
            Backend::BuiltIn => config::Backend::Builtin,
            Backend::Nginx(_) => config::Backend::Nginx,
            Backend::Apache(_) => config::Backend::Apache,
            Backend::Lighttpd(_) => config::Backend::Lighttpd,
            Backend::Caddy(_) => config::Backend::Caddy,
            Backend::Redirect(_) => config::Backend::Redirect,
        }
    }

    /// The store that the files come from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Answers a request for a file that the gate has allowed.
    ///
    /// Whatever the backend, the file is looked at first: one that is gone, cut short or not a regular file is an error
    /// here, and never a web server's own page or a customer's empty book.
    ///
    /// # Errors
    /// [`DeliveryError`], which says nothing about why to the customer; log its source.
    pub async fn send(&self, handoff: Handoff, conditions: Conditions) -> Result<Answer, DeliveryError> {
        let stored =
            self.store.open_async(&handoff.key, handoff.length).await.map_err(DeliveryError::Store)?;
        match (&self.backend, &stored.source) {
            (Backend::Nginx(nginx), Source::Object(object)) => {
                nginx.hand_off_object(&handoff, &conditions, &stored, object).await
            }
            (Backend::Redirect(redirect), Source::Object(object)) => {
                redirect.send(&handoff, &conditions, object).await
            }
            _ => self.send_file(&handoff, &conditions, stored),
        }
    }

    /// Answers with what was opened, by whoever sends files of this machine; or by the shop itself.
    fn send_file(
        &self,
        handoff: &Handoff,
        conditions: &Conditions,
        stored: StoredFile,
    ) -> Result<Answer, DeliveryError> {
        let without_bytes = |stored| builtin::without_bytes(handoff, conditions, stored);
        match &self.backend {
            Backend::Lighttpd(_) if !plain::is_plain(conditions) => {
                Ok(lighttpd::as_it_is(builtin::send(handoff, conditions, stored)?))
            }
            Backend::Nginx(_) | Backend::Apache(_) if !plain::is_plain(conditions) => {
                builtin::send(handoff, conditions, stored)
            }
            Backend::Nginx(nginx) => Ok(without_bytes(&stored).unwrap_or_else(|| nginx.hand_off(handoff))),
            Backend::Apache(apache) => {
                Ok(without_bytes(&stored).unwrap_or_else(|| apache.hand_off(handoff, &stored)))
            }
            Backend::Lighttpd(lighttpd) => {
                Ok(without_bytes(&stored).unwrap_or_else(|| lighttpd.hand_off(handoff, &stored)))
            }
            Backend::Caddy(caddy) => Ok(caddy.hand_off(handoff, &stored)),
            Backend::BuiltIn | Backend::Redirect(_) => builtin::send(handoff, conditions, stored),
        }
    }
}

impl Answer {
    /// A hand-off to a web server: always 200 and empty, because servers act on it whatever the status, and wait for
    /// the bytes that a `Content-Length` promises. What `Range` and the conditions ask is the server's to answer, but
    /// for those that get no bytes ([`builtin::without_bytes`]).
    fn handed_off(headers: Vec<(&'static str, String)>) -> Answer {
        Answer { status: 200, headers, body: Body::Empty }
    }

    /// The value of the header `name`, spelled as it is sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(there, _)| *there == name).map(|(_, value)| value.as_str())
    }
}

/// The headers of every sent file but for its type and validators: what it is called, who may keep it, and that a
/// browser must neither run it nor list it.
fn common_headers(handoff: &Handoff) -> Vec<(&'static str, String)> {
    vec![
        ("Content-Disposition", disposition::attachment(&handoff.file_name)),
        // The gate is asked for each use: a refunded book is gone at the next request.
        ("Cache-Control", "private, no-cache".to_owned()),
        ("Vary", "Cookie".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Content-Security-Policy", "default-src 'none'; sandbox".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ("X-Robots-Tag", "noindex".to_owned()),
    ]
}

impl Validators {
    /// The validators of a stored file, as nginx computes them.
    fn of(stored: &StoredFile) -> Validators {
        Validators::new(stored.modified, stored.length)
    }
}
