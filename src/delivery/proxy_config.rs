//! The configuration that a web server in front of the shop needs, complete and for the current settings.
//!
//! The texts are whole site files: on Debian, `bookplate proxy-config nginx > /etc/nginx/sites-available/bookplate`.
//! The project's own tests run real servers from these very texts.

mod apache;
mod caddy;
mod lighttpd;
mod nginx;
mod nginx_bucket;

pub use super::nginx::BUCKET;

use crate::config::{Backend, ContentType, Settings};
use crate::storage::{Bucket, Store};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The web servers that a configuration can be printed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebServer {
    /// nginx 1.18 or later.
    Nginx,
    /// Apache 2.4 with mod_xsendfile 0.12 or later.
    Apache,
    /// lighttpd 1.4.60 or later.
    Lighttpd,
    /// Caddy 2.6 or later.
    Caddy,
}

/// What the configuration depends on.
#[derive(Debug, Clone)]
pub struct Site {
    /// The host name of the shop's public address, such as `books.example.org`.
    pub server_name: String,
    /// Where the web server listens; none means port 80 of all addresses.
    pub listen: Option<SocketAddr>,
    /// Where Bookplate listens.
    pub app: SocketAddr,
    /// The absolute real path of the store's folder, [`Store::folder`].
    pub store_root: PathBuf,
    /// The bucket that the files are in instead.
    pub bucket: Option<BucketSite>,
    /// Who sends the bytes now: said in the text when it is somebody else than this web server.
    pub backend: Backend,
    /// nginx's internal location, and the prefix that Caddy looks for.
    pub internal_prefix: String,
    /// Whose idea of the media type counts.
    pub content_type: ContentType,
    /// Where nginx and Apache log what they have sent; empty: nowhere.
    pub log: String,
    /// The largest request body that the shop takes, in bytes.
    pub max_body: u64,
    /// How long the web server keeps a connection to the shop that nobody uses, in seconds. The shop keeps it longer: a
    /// form must not meet a connection that is just being closed.
    pub idle_seconds: u32,
}

impl Site {
    /// A shop with these settings that listens at `app`, behind a web server that listens at `listen`.
    #[must_use]
    pub fn new(settings: &Settings, store: &Store, listen: Option<SocketAddr>, app: SocketAddr) -> Self {
        Self {
            server_name: settings.base_url.host().to_owned(),
            listen,
            app,
            store_root: store.folder().to_path_buf(),
            bucket: store.bucket().map(BucketSite::of),
            backend: settings.delivery.backend,
            internal_prefix: settings.delivery.internal_prefix.clone(),
            content_type: settings.delivery.content_type,
            log: settings.delivery.log.clone(),
            max_body: settings.uploads.max_body(),
            idle_seconds: (settings.front.head_seconds * 2 / 3).max(1),
        }
    }
}

/// What nginx must know of a bucket.
#[derive(Debug, Clone)]
pub struct BucketSite {
    /// Scheme and host, [`crate::storage::Bucket::origin`].
    pub origin: String,
    /// Who knows the host's address, which nginx asks while it runs.
    pub resolver: String,
}

impl BucketSite {
    fn of(bucket: &Bucket) -> Self {
        Self { origin: bucket.origin().to_owned(), resolver: resolver() }
    }
}

/// The first of this machine's own name servers, or the usual one where none is written down.
fn resolver() -> String {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = text.lines().filter_map(|line| line.strip_prefix("nameserver")?.trim().parse().ok());
    let server = servers.into_iter().next().unwrap_or(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 53)));
    match server {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// A value that a configuration file can't hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProxyConfigError {
    /// The store's path has a meaning in the configuration's language.
    #[error(
        "storage.root is {0:?}, but a web server's configuration can't name a folder with quotes, backslashes, \
         braces, '$', '%' or control characters; choose another path."
    )]
    StoreRoot(PathBuf),
    /// The host isn't one.
    #[error(
        "base_url names the host {0:?}, but a web server wants a host name such as \"books.example.org\"."
    )]
    ServerName(String),
}

/// The site file for `server`.
///
/// # Errors
/// [`ProxyConfigError`] when a value can't be written into it.
pub fn render(server: WebServer, site: &Site) -> Result<String, ProxyConfigError> {
    let quotable = |c: char| !c.is_control() && !matches!(c, '"' | '\'' | '\\' | '$' | '%' | '{' | '}');
    let root = site.store_root.to_str().filter(|root| root.starts_with('/') && root.chars().all(quotable));
    let root = root.ok_or_else(|| ProxyConfigError::StoreRoot(site.store_root.clone()))?;
    let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
    if site.server_name.is_empty() || !site.server_name.chars().all(host) {
        return Err(ProxyConfigError::ServerName(site.server_name.clone()));
    }
    Ok(match server {
        WebServer::Nginx => nginx::render(site, root),
        WebServer::Apache => apache::render(site, root),
        WebServer::Lighttpd => lighttpd::render(site, root),
        WebServer::Caddy => caddy::render(site, root),
    })
}

/// A line that says what else must be set, when the shop doesn't hand its files to `wanted` yet.
fn backend_note(site: &Site, wanted: Backend) -> String {
    if site.backend == wanted {
        return String::new();
    }
    if site.bucket.is_some() && wanted != Backend::Nginx {
        return "# The shop's files are in a bucket: this server only passes on what the shop sends.\n"
            .to_owned();
    }
    format!(
        "# The shop's delivery.backend is \"{}\" now: set it to \"{}\" in Rocket.toml and restart the shop,\n\
         # or this server only passes the bytes on.\n",
        site.backend.as_str(),
        wanted.as_str()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site {
            server_name: "books.example.org".to_owned(),
            listen: None,
            app: ([127, 0, 0, 1], 8000).into(),
            store_root: "/srv/book plate/store".into(),
            bucket: None,
            backend: Backend::Nginx,
            internal_prefix: "/protected/".to_owned(),
            content_type: ContentType::Guess,
            log: "/var/log/bookplate.log".to_owned(),
            max_body: 4 << 30,
            idle_seconds: 20,
        }
    }

    #[test]
    fn nginx_gets_an_internal_location_for_the_settings_prefix_and_store() {
        let text = render(WebServer::Nginx, &site()).unwrap();
        for line in [
            "location ^~ /protected/ {",
            "internal;",
            "alias \"/srv/book plate/store/\";",
            "server 127.0.0.1:8000;",
            "server_name books.example.org;",
            "client_max_body_size 4294967296;",
            "keepalive_timeout 20s;",
            "proxy_set_header X-Accel-Redirect \"\";",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        assert!(!text.contains("delivery.backend is"));
        let apache = render(WebServer::Apache, &site()).unwrap();
        assert!(apache.contains("delivery.backend is \"nginx\" now: set it to \"apache\""), "{apache}");
    }

    #[test]
    fn nginx_fetches_objects_from_the_bucket_alone_and_shows_nothing_of_it() {
        let bucket = BucketSite {
            origin: "https://sea-books.s3.example.com".to_owned(),
            resolver: "192.0.2.53".to_owned(),
        };
        let text = render(WebServer::Nginx, &Site { bucket: Some(bucket), ..site() }).unwrap();
        for line in [
            "location = /protected/bucket {",
            "internal;",
            "proxy_pass https://sea-books.s3.example.com$args;",
            "resolver 192.0.2.53;",
            "proxy_ssl_verify on;",
            "proxy_set_header Authorization \"\";",
            "proxy_set_header Cookie \"\";",
            "proxy_hide_header x-amz-request-id;",
            "add_header ETag $bookplate_etag always;",
            "access_log /var/log/bookplate.log bookplate_deliveries if=$bookplate_ticket;",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
        assert!(!text.contains("alias"), "{text}");
        let bucket = BucketSite { origin: "http://127.0.0.1:9000".to_owned(), resolver: String::new() };
        let text = render(WebServer::Nginx, &Site { bucket: Some(bucket), ..site() }).unwrap();
        assert!(!text.contains("resolver") && !text.contains("proxy_ssl"), "{text}");
    }

    #[test]
    fn apache_may_send_the_store_and_serves_nothing_of_it_by_itself() {
        let text = render(WebServer::Apache, &site()).unwrap();
        for line in [
            "XSendFilePath \"/srv/book plate/store\"",
            "<Directory \"/srv/book plate/store\">",
            "Require all denied",
            "ServerName books.example.org",
            "LimitRequestBody 4294967296",
            "RequestHeader unset X-Sendfile",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn lighttpd_may_send_the_store_alone() {
        let text = render(WebServer::Lighttpd, &site()).unwrap();
        for line in [
            "$HTTP[\"host\"] == \"books.example.org\" {",
            "\"host\" => \"127.0.0.1\", \"port\" => 8000,",
            "\"x-sendfile-docroot\" => ( \"/srv/book plate/store/\" )",
            "server.max-request-size = 4194304",
            "server.follow-symlink = \"disable\"",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn caddy_sends_the_store_below_the_prefix_alone() {
        let text = render(WebServer::Caddy, &site()).unwrap();
        for line in [
            "\nbooks.example.org {",
            "reverse_proxy 127.0.0.1:8000 {",
            "handle_path /protected/* {",
            "root * \"/srv/book plate/store\"",
            "max_size 4294967296",
        ] {
            assert!(text.contains(line), "{line} is missing in\n{text}");
        }
    }

    #[test]
    fn what_would_break_out_of_the_configuration_is_refused() {
        for root in ["relative/store", "/a\"b", "/a$b", "/a\\b", "/a\nb", "/a'b", "/a%b", "/a{b"] {
            let site = Site { store_root: root.into(), ..site() };
            for server in [WebServer::Nginx, WebServer::Apache, WebServer::Lighttpd, WebServer::Caddy] {
                assert_eq!(render(server, &site), Err(ProxyConfigError::StoreRoot(root.into())), "{root}");
            }
        }
        for name in ["", "a b", "a;b", "a\nb", "é"] {
            let site = Site { server_name: name.to_owned(), ..site() };
            assert!(render(WebServer::Nginx, &site).is_err(), "{name:?}");
        }
    }
}
