//! The site file for Apache.

use super::{Site, backend_note};
use crate::config::Backend;

/// The text for `site`, whose store is at `root`.
pub(super) fn render(site: &Site, root: &str) -> String {
    let note = backend_note(site, Backend::Apache);
    let listen = site.listen.map_or_else(|| "*:80".to_owned(), |address| address.to_string());
    let log = log(&site.log);
    let (server_name, app, max_body) = (&site.server_name, site.app, site.max_body);
    let idle = site.idle_seconds;
    format!(
        r#"# Bookplate behind Apache 2.4. Save as /etc/apache2/sites-available/bookplate.conf, then:
#   apt install libapache2-mod-xsendfile
#   a2enmod headers proxy proxy_http xsendfile && a2ensite bookplate
#   apache2ctl configtest && systemctl reload apache2
# Apache's user must be able to read the store: give the folder to a group that both share, such as
#   chgrp -R www-data "{root}" && chmod -R g+rX "{root}" && chmod g+s "{root}"
# let that user pass through each folder above it, and keep the database's file to its owner (chmod 600).
{note}
<VirtualHost {listen}>
    ServerName {server_name}
    ServerSignature Off

    # TLS: a public shop needs it. With a certificate: a2enmod ssl, "<VirtualHost *:443>" above, these lines,
    # and a <VirtualHost *:80> with 'Redirect permanent "/" "https://{server_name}/"'.
    # SSLEngine on
    # SSLCertificateFile    /etc/letsencrypt/live/{server_name}/fullchain.pem
    # SSLCertificateKeyFile /etc/letsencrypt/live/{server_name}/privkey.pem
    # RequestHeader set X-Forwarded-Proto https

    # Publishers upload whole books.
    LimitRequestBody {max_body}
    # The shop itself waits for a slow client as long as it likes: the limits are here.
    Timeout 60
    <IfModule reqtimeout_module>
        RequestReadTimeout header=20-40,MinRate=500 body=60,MinRate=500
    </IfModule>

    ProxyRequests Off
    ProxyPreserveHost On
    AllowEncodedSlashes NoDecode
    ProxyPass "/" "http://{app}/" nocanon retry=0 connectiontimeout=5 timeout=300 ttl={idle}
    # A client must not speak for a proxy.
    RequestHeader unset X-Accel-Redirect
    RequestHeader unset X-Accel-Mapping
    RequestHeader unset X-Sendfile
    RequestHeader unset X-Sendfile-Type
    RequestHeader unset X-Forwarded-For
    RequestHeader set X-Forwarded-Proto "expr=%{{REQUEST_SCHEME}}"
    RequestHeader set X-Real-IP "expr=%{{REMOTE_ADDR}}"

    # The store: the shop may have Apache send any of it, and Apache serves none of it by itself.
    XSendFile On
    XSendFilePath "{root}"
    <Directory "{root}">
        Options None
        AllowOverride None
        Require all denied
    </Directory>
    # The shop's own validators count: without them mod_xsendfile would call every file "0".
    FileETag None
    # Off, where the store is on a network file system.
    EnableSendfile On
    MaxRanges 16
    # Never show a path: an answer that is no 200 keeps no hand-off header.
    Header always unset X-Sendfile "expr=%{{REQUEST_STATUS}} != 200"
    Header unset X-Sendfile "expr=%{{REQUEST_STATUS}} != 200"
    Header unset X-Accel-Redirect
{log}</VirtualHost>
"#
    )
}

/// The lines that log what was sent. All in it is the shop's or Apache's own: nothing that a client says about itself
/// counts.
fn log(path: &str) -> String {
    if path.is_empty() {
        return "    # With delivery.log in Rocket.toml, Apache tells the shop which downloads were complete.
    Header unset X-Bookplate-Ticket
"
        .to_owned();
    }
    format!(
        r#"
    # What was sent, for the shop to read (it must be able to: by the group of the folder, such as adm).
    Header note X-Bookplate-Ticket ticket
    Header unset X-Bookplate-Ticket
    LogFormat "{{\"ticket\":\"%{{ticket}}n\",\"status\":%>s,\"sent\":%B,\"length\":\"%{{Content-Length}}o\",\"range\":\"%{{Content-Range}}o\",\"closed\":\"%X\",\"wire\":%O}}" bookplate_deliveries
    CustomLog "{path}" bookplate_deliveries "expr=-n note('ticket')"
"#
    )
}
