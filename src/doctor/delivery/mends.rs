//! The lines that are right, taken from the very text of `bookplate proxy-config`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::super::{Doctor, Mend};
use super::front;
use crate::config::Backend;
use crate::delivery::proxy_config::{self, BUCKET, Site, WebServer};

/// Finds lines in configurations that are made for this shop.
pub(super) struct Mends {
    site: Site,
}

impl Mends {
    pub fn new(doctor: &Doctor) -> Self {
        let settings = &doctor.settings;
        let listens = doctor.listens.unwrap_or_else(|| ([127, 0, 0, 1], 8000).into());
        // A web server on this machine reaches a shop that listens on all addresses by this one.
        let ip = if listens.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listens.ip() };
        Self { site: Site::new(settings, &doctor.store, None, SocketAddr::new(ip, listens.port())) }
    }

    /// A line of `server`'s site file that is missing or wrong; the right ones are those that begin with one of
    /// `starts`, with the blocks that they open.
    pub fn lines(&self, server: WebServer, place: &str, wrong: &str, starts: &[&str]) -> Mend {
        let text = proxy_config::render(server, &self.site).unwrap_or_else(|error| error.to_string());
        Mend { place: place_of(server, place), wrong: wrong.to_owned(), right: pick(&text, starts) }
    }

    /// nginx's internal location, or whatever a server has instead, as a whole.
    pub fn store(&self, server: WebServer, wrong: &str) -> Mend {
        let prefix = &self.site.internal_prefix;
        match server {
            WebServer::Nginx => {
                let block = match self.site.bucket {
                    Some(_) => format!("location = {prefix}{BUCKET} {{"),
                    None => format!("location ^~ {prefix} {{"),
                };
                self.lines(server, &format!("the location {prefix}"), wrong, &[&block])
            }
            WebServer::Apache => {
                let starts = ["XSendFile On", "XSendFilePath", "<Directory"];
                self.lines(server, "the <VirtualHost> of the shop", wrong, &starts)
            }
            WebServer::Lighttpd => {
                let starts = ["proxy.server", "\"host\" =>", "\"x-sendfile", ")) )"];
                self.lines(server, "proxy.server", wrong, &starts)
            }
            WebServer::Caddy => {
                let starts = ["@accel header", "handle_response @accel {"];
                self.lines(server, "reverse_proxy", wrong, &starts)
            }
        }
    }

    /// `delivery.backend` in `Rocket.toml`.
    pub fn backend(&self, right: Backend) -> Mend {
        Mend {
            place: "Rocket.toml, [default.bookplate.delivery]".to_owned(),
            wrong: format!("backend = \"{}\"", self.site.backend.as_str()),
            right: format!("[default.bookplate.delivery]\nbackend = \"{}\"", right.as_str()),
        }
    }

    /// The same for a shop behind `server`: what it can send, it shall.
    pub fn backend_for(&self, server: WebServer) -> Mend {
        self.backend(if self.can_send(server) { front::backend(server) } else { Backend::Builtin })
    }

    /// Whether `server` can send from this store by itself.
    pub fn can_send(&self, server: WebServer) -> bool {
        self.site.bucket.is_none() || server == WebServer::Nginx
    }

    /// How a server's account gets to read the store.
    pub fn rights(&self, server: WebServer) -> Mend {
        let group = if server == WebServer::Caddy { "caddy" } else { "www-data" };
        let root = self.site.store_root.display();
        Mend {
            place: format!("the rights of {root} and of the folders above it"),
            wrong: format!("{}’s account can’t read the store", front::name(server)),
            right: format!("chgrp -R {group} \"{root}\"\nchmod -R g+rX \"{root}\"\nchmod g+s \"{root}\""),
        }
    }

    pub fn prefix(&self) -> &str {
        &self.site.internal_prefix
    }

    pub fn root(&self) -> String {
        self.site.store_root.display().to_string()
    }

    pub fn app(&self) -> SocketAddr {
        self.site.app
    }
}

/// Where the site file of a server is, and where in it.
fn place_of(server: WebServer, place: &str) -> String {
    let file = match server {
        WebServer::Nginx => "nginx’s site file (/etc/nginx/sites-available/bookplate)",
        WebServer::Apache => "Apache’s site file (/etc/apache2/sites-available/bookplate.conf)",
        WebServer::Lighttpd => "lighttpd’s site file (/etc/lighttpd/conf-available/90-bookplate.conf)",
        WebServer::Caddy => "the Caddyfile (/etc/caddy/bookplate.caddyfile)",
    };
    format!("{file}, {place}")
}

/// The lines of `text` that begin with one of `starts`, with their blocks, moved to the left as far as all can.
fn pick(text: &str, starts: &[&str]) -> String {
    let mut picked: Vec<&str> = Vec::new();
    // How the block that is open closes, with its indent.
    let mut open: Option<String> = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(closing) = &open {
            picked.push(line);
            if line == closing {
                open = None;
            }
            continue;
        }
        let indent = line.get(..indent_of(line)).unwrap_or_default();
        let code = line.trim();
        if !starts.iter().any(|start| code.starts_with(start)) {
            continue;
        }
        picked.push(line);
        let tag = code.strip_prefix('<').and_then(|tag| tag.split([' ', '>']).next());
        open = match tag {
            Some(tag) => Some(format!("{indent}</{tag}>")),
            None => code.ends_with('{').then(|| format!("{indent}}}")),
        };
    }
    let least = picked.iter().map(|line| indent_of(line)).min().unwrap_or(0);
    picked.iter().map(|line| line.get(least..).unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_blocks_are_taken_as_they_stand() {
        let text = "server {\n    # A remark.\n    location / {\n        a;\n    }\n\n    location ^~ /p/ {\n        \
                    internal;\n        types { }\n    }\n    size 4;\n}\n";
        assert_eq!(pick(text, &["size"]), "size 4;");
        assert_eq!(pick(text, &["location ^~ /p/ {"]), "location ^~ /p/ {\n    internal;\n    types { }\n}");
        let text = "  XSendFile On\n  <Directory \"/a b\">\n    Require all denied\n  </Directory>\n  MaxRanges 16\n";
        assert_eq!(
            pick(text, &["XSendFile On", "<Directory"]),
            "XSendFile On\n<Directory \"/a b\">\n  Require all denied\n</Directory>"
        );
    }
}
