//! The site file for lighttpd.

use super::{Site, backend_note};
use crate::config::Backend;

/// The text for `site`, whose store is at `root`.
pub(super) fn render(site: &Site, root: &str) -> String {
    let note = backend_note(site, Backend::Lighttpd);
    let (server_name, app) = (&site.server_name, site.app);
    let whose = match site.listen {
        Some(address) => format!("$SERVER[\"socket\"] == \"{address}\""),
        None => format!("$HTTP[\"host\"] == \"{server_name}\""),
    };
    // Its unit is the kilobyte, and it counts in 32 bits.
    let max_kilobytes = (site.max_body / 1024).min(u64::from(u32::MAX));
    let (app_host, app_port) = (app.ip(), app.port());
    format!(
        r#"# Bookplate behind lighttpd 1.4.60 or later. Save as /etc/lighttpd/conf-available/90-bookplate.conf, then:
#   lighttpd-enable-mod setenv proxy bookplate
#   lighttpd -tt -f /etc/lighttpd/lighttpd.conf && systemctl reload lighttpd
# lighttpd's user must be able to read the store: give the folder to a group that both share, such as
#   chgrp -R www-data "{root}" && chmod -R g+rX "{root}" && chmod g+s "{root}"
# let that user pass through each folder above it, and keep the database's file to its owner (chmod 600).
{note}
# A file that was replaced or removed must not be sent from memory.
server.stat-cache-engine = "disable"

{whose} {{
    # TLS: a public shop needs it. With a certificate: lighttpd-enable-mod openssl, and in $SERVER["socket"] == ":443"
    # ssl.engine  = "enable"
    # ssl.pemfile = "/etc/letsencrypt/live/{server_name}/fullchain.pem"
    # ssl.privkey = "/etc/letsencrypt/live/{server_name}/privkey.pem"

    # Publishers upload whole books (kilobytes); they go through as they come.
    server.max-request-size = {max_kilobytes}
    server.stream-request-body = 2
    server.stream-response-body = 2
    # No file beside the store, whatever a link in it says.
    server.follow-symlink = "disable"

    # A client must not speak for a proxy. Without theirs, lighttpd writes X-Forwarded-For with the one true address.
    setenv.set-request-header = (
        "X-Accel-Redirect" => "", "X-Accel-Mapping" => "", "X-Sendfile" => "", "X-Sendfile-Type" => "",
        "X-Real-IP" => "", "X-Forwarded-For" => "", "Forwarded" => ""
    )
    # The shop set to another server: its hand-off shows no path.
    setenv.set-response-header = ( "X-Accel-Redirect" => "" )

    # The store: the shop may have lighttpd send any of it, and nothing else.
    proxy.server = ( "" => ((
        "host" => "{app_host}", "port" => {app_port},
        "x-sendfile" => "enable",
        "x-sendfile-docroot" => ( "{root}/" )
    )) )
}}
"#
    )
}
