//! `bookplate proxy-config nginx|apache|lighttpd|caddy`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{CliError, WebServer};
use crate::delivery::proxy_config::{self, BucketSite, Site};
use crate::storage::Store;

pub(super) fn run(server: WebServer, listen: Option<SocketAddr>) -> Result<(), CliError> {
    let (figment, settings) = super::settings()?;
    let store = Store::from_settings(&settings.storage).map_err(CliError::new)?;
    let port = figment.extract_inner::<u16>("port").unwrap_or(8000);
    let address = figment.extract_inner::<String>("address").unwrap_or_else(|_| "127.0.0.1".to_owned());
    let app = format!("{address}:{port}").parse().map_err(|_| {
        CliError(format!("address = {address:?} in Rocket.toml can't be used here: it must be an IP address"))
    })?;
    let store_root = match store.local() {
        Some(local) => local.root().to_path_buf(),
        None => std::path::absolute(&settings.storage.root).map_err(CliError::new)?,
    };
    let bucket =
        store.bucket().map(|bucket| BucketSite { origin: bucket.origin().to_owned(), resolver: resolver() });
    let site = Site {
        server_name: settings.base_url.host().to_owned(),
        listen,
        app,
        store_root,
        bucket,
        backend: settings.delivery.backend,
        internal_prefix: settings.delivery.internal_prefix.clone(),
        content_type: settings.delivery.content_type,
        max_body: settings.uploads.max_body(),
    };
    let server = match server {
        WebServer::Nginx => proxy_config::WebServer::Nginx,
        WebServer::Apache => proxy_config::WebServer::Apache,
        WebServer::Lighttpd => proxy_config::WebServer::Lighttpd,
        WebServer::Caddy => proxy_config::WebServer::Caddy,
    };
    print!("{}", proxy_config::render(server, &site).map_err(CliError::new)?);
    Ok(())
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
