//! `bookplate proxy-config nginx|apache|lighttpd|caddy`.

use std::net::SocketAddr;

use super::{CliError, WebServer};
use crate::config;
use crate::delivery::proxy_config::{self, Site};
use crate::storage::Store;

pub(super) fn run(server: WebServer, listen: Option<SocketAddr>) -> Result<(), CliError> {
    let (figment, settings) = super::settings()?;
    let store = Store::from_settings(&settings.storage).map_err(CliError::new)?;
    let (address, port) = config::address_and_port(&figment);
    let app = format!("{address}:{port}").parse().map_err(|_| {
        CliError(format!("address = {address:?} in Rocket.toml can't be used here: it must be an IP address"))
    })?;
    let site = Site::new(&settings, &store, listen, app);
    let server = match server {
        WebServer::Nginx => proxy_config::WebServer::Nginx,
        WebServer::Apache => proxy_config::WebServer::Apache,
        WebServer::Lighttpd => proxy_config::WebServer::Lighttpd,
        WebServer::Caddy => proxy_config::WebServer::Caddy,
    };
    print!("{}", proxy_config::render(server, &site).map_err(CliError::new)?);
    Ok(())
}
