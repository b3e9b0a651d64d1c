//! Who stands in front of the shop.

use super::super::probe::Reply;
use crate::config::Backend;
use crate::delivery::proxy_config::WebServer;
use crate::downloads::canary::Seen;

/// Who answers at the public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Front {
    /// The shop itself.
    Nobody,
    /// A web server that a configuration can be printed for.
    Server(WebServer),
    /// Another one, by the name that it gives.
    Other(String),
    /// One that gives no name.
    Unnamed,
}

impl Front {
    /// Judged by an answer of the shop that came through, and by what the shop saw of the question.
    pub fn of(reply: &Reply, seen: &Seen) -> Self {
        let is_direct = match seen.peer {
            // The two ends of one connection: nobody stands between.
            Some(peer) => Some(peer) == reply.local,
            // The shop gives itself no name, and web servers give themselves one and tell who asks.
            None => {
                let signs = ["server", "via"];
                signs.iter().all(|name| reply.header(name).is_empty())
                    && seen.header("x-forwarded-for").is_none()
            }
        };
        if is_direct { Self::Nobody } else { Self::named(reply) }
    }

    /// Judged by the names that an answer carries.
    pub fn named(reply: &Reply) -> Self {
        let server = reply.header("server");
        let via = reply.header("via");
        let has = |word: &str| {
            [server.as_str(), via.as_str()].iter().any(|text| text.to_ascii_lowercase().contains(word))
        };
        let known = [
            ("nginx", WebServer::Nginx),
            ("openresty", WebServer::Nginx),
            ("apache", WebServer::Apache),
            ("lighttpd", WebServer::Lighttpd),
            ("caddy", WebServer::Caddy),
        ];
        match known.into_iter().find(|(word, _)| has(word)) {
            Some((_, server)) => Self::Server(server),
            None if server.is_empty() => Self::Unnamed,
            None => Self::Other(server),
        }
    }

    /// As it stands in a sentence.
    pub fn name(&self) -> String {
        match self {
            Self::Nobody => "the shop itself".to_owned(),
            Self::Server(server) => name(*server).to_owned(),
            Self::Other(name) => name.clone(),
            Self::Unnamed => "a web server that gives no name".to_owned(),
        }
    }

    /// The same at the beginning of one.
    pub fn title(&self) -> String {
        match self {
            Self::Server(_) | Self::Other(_) => self.name(),
            Self::Nobody => "The shop itself".to_owned(),
            Self::Unnamed => "A web server that gives no name".to_owned(),
        }
    }

    /// One that a configuration can be printed for.
    pub fn server(&self) -> Option<WebServer> {
        match self {
            Self::Server(server) => Some(*server),
            _ => None,
        }
    }
}

/// What people call it.
pub(super) const fn name(server: WebServer) -> &'static str {
    match server {
        WebServer::Nginx => "nginx",
        WebServer::Apache => "Apache",
        WebServer::Lighttpd => "lighttpd",
        WebServer::Caddy => "Caddy",
    }
}

/// The setting that hands files to it.
pub(super) const fn backend(server: WebServer) -> Backend {
    match server {
        WebServer::Nginx => Backend::Nginx,
        WebServer::Apache => Backend::Apache,
        WebServer::Lighttpd => Backend::Lighttpd,
        WebServer::Caddy => Backend::Caddy,
    }
}

/// The web server that this setting hands files to.
pub(super) const fn server_of(backend: Backend) -> Option<WebServer> {
    match backend {
        Backend::Builtin | Backend::Redirect => None,
        Backend::Nginx => Some(WebServer::Nginx),
        Backend::Apache => Some(WebServer::Apache),
        Backend::Lighttpd => Some(WebServer::Lighttpd),
        Backend::Caddy => Some(WebServer::Caddy),
    }
}
