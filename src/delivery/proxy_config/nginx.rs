//! The site file for nginx.

use super::{Site, backend_note, nginx_bucket};
use crate::config::{Backend, ContentType};
use std::fmt::Write;

/// The headers of the shop that nginx drops at a hand-off, each with its variable's name.
///
/// It keeps only the type, the disposition, the caching rules and the cookies.
pub(super) const PUT_BACK: &[&str] = &[
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Robots-Tag",
    "X-Frame-Options",
    "Permissions-Policy",
    "Strict-Transport-Security",
    "Cross-Origin-Resource-Policy",
    "Cross-Origin-Opener-Policy",
    "X-Request-Id",
    "Vary",
];

/// The text for `site`, whose store is at `root`.
pub(super) fn render(site: &Site, root: &str) -> String {
    let note = backend_note(site, Backend::Nginx);
    let listen = match site.listen {
        Some(address) => format!("    listen {address};"),
        None => "    listen 80;\n    listen [::]:80;".to_owned(),
    };
    let (server_name, app, max_body, prefix) =
        (&site.server_name, site.app, site.max_body, &site.internal_prefix);
    let idle = site.idle_seconds;
    let (log_format, log) = log(site);
    let files = match &site.bucket {
        Some(bucket) => nginx_bucket::location(bucket, prefix, &log),
        None => store(site, root, &log),
    };
    let readable = match site.bucket {
        Some(_) => String::new(),
        None => readable(root),
    };
    format!(
        r#"# Bookplate behind nginx. Save as /etc/nginx/sites-available/bookplate, link it into sites-enabled,
# then: nginx -t && systemctl reload nginx
{readable}{note}
{log_format}upstream bookplate {{
    server {app};
    keepalive 16;
    # The shop lets go of them later ("front.head_seconds"), or a form might come to one that just closes.
    keepalive_timeout {idle}s;
}}

server {{
{listen}
    server_name {server_name};
    server_tokens off;

    # TLS: a public shop needs it. With a certificate, put these lines in the place of the "listen" above,
    # and a server on port 80 that answers "return 301 https://$host$request_uri;".
    # listen 443 ssl;
    # listen [::]:443 ssl;
    # ssl_certificate     /etc/letsencrypt/live/{server_name}/fullchain.pem;
    # ssl_certificate_key /etc/letsencrypt/live/{server_name}/privkey.pem;

    # Publishers upload whole books; the default of 1 MB refuses nearly every one.
    client_max_body_size {max_body};
    # Slow clients are waited for here, so that the shop has none.
    client_header_timeout 20s;
    client_body_timeout 60s;
    send_timeout 60s;
    keepalive_timeout 65s;

    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    # A client must not speak for a proxy.
    proxy_set_header X-Accel-Redirect "";
    proxy_set_header X-Accel-Mapping "";
    proxy_set_header X-Sendfile "";
    proxy_set_header X-Sendfile-Type "";
    # A shop that is set for Apache must not show paths here.
    proxy_hide_header X-Sendfile;
    proxy_hide_header X-Bookplate-Ticket;
    # Uploads go through as they come, and nothing large is collected on the disk here.
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    proxy_connect_timeout 5s;
    proxy_send_timeout 300s;
    proxy_read_timeout 300s;

    location / {{
        proxy_pass http://bookplate;
    }}
    # These addresses hold secrets: they stay out of the log.
    location ^~ /get/ {{
        access_log off;
        proxy_pass http://bookplate;
    }}
    location ^~ /orders/open/ {{
        access_log off;
        proxy_pass http://bookplate;
    }}

{files}}}
"#
    )
}

/// What the operator must do for nginx to read the store.
fn readable(root: &str) -> String {
    format!(
        r#"# nginx's user must be able to read the store: give the folder to a group that both share, such as
#   chgrp -R www-data "{root}" && chmod -R g+rX "{root}" && chmod g+s "{root}"
# let that user pass through each folder above it, and keep the database's file to its owner (chmod 600).
"#
    )
}

/// The internal location of a store in a folder.
fn store(site: &Site, root: &str, log: &str) -> String {
    let (prefix, types, put_back) = (&site.internal_prefix, types(site.content_type), put_back());
    format!(
        r#"    # The store. Only an answer of the shop leads here; a client that asks gets 404.
    # "^~" keeps other locations from taking it, and both slashes of the alias matter.
    location ^~ {prefix} {{
        internal;
        alias "{root}/";
        disable_symlinks on "from={root}";
        index no-index-here;
{types}
{log}        sendfile on;
        tcp_nopush on;
        gzip off;
        open_file_cache off;
        if_modified_since before;
        max_ranges 16;
        # nginx drops the shop's own headers when it takes over: put them back. One that the shop
        # didn't send adds nothing.
{put_back}    }}
"#
    )
}

/// The format of the log of what was sent, and the line that writes it.
///
/// All in it is the shop's or nginx's own: nothing that a client says about itself counts.
fn log(site: &Site) -> (String, String) {
    let path = &site.log;
    if path.is_empty() {
        return (
            String::new(),
            "        # With delivery.log in Rocket.toml, nginx tells the shop which downloads were complete.
        # The shop's own log has them all; here a link's secret would stand in the line.
        access_log off;
"
            .to_owned(),
        );
    }
    // The answer of a bucket's service takes the place of the shop's own, whose ticket is kept before.
    let ticket = match site.bucket {
        Some(_) => nginx_bucket::TICKET,
        None => "$upstream_http_x_bookplate_ticket",
    };
    let format = format!(
        r#"# What was sent, for the shop to read (it must be able to: by the group of the folder, such as adm).
log_format bookplate_deliveries escape=json
    '{{"ticket":"{ticket}","status":$status,"sent":$body_bytes_sent,'
    '"length":"$sent_http_content_length","range":"$sent_http_content_range",'
    '"done":"$request_completion"}}';

"#
    );
    let line = format!("        access_log {path} bookplate_deliveries if={ticket};\n");
    (format, line)
}

/// What decides the media type in the internal location.
fn types(content_type: ContentType) -> &'static str {
    match content_type {
        // The shop sends a type with each file; this is only for the case that it doesn't.
        ContentType::Guess => "        types { }\n        default_type application/octet-stream;",
        ContentType::Empty => {
            "        # delivery.content_type is \"empty\": nginx decides.
        include /etc/nginx/mime.types;
        types {
            application/epub+zip epub;
            application/x-mobipocket-ebook mobi;
            application/vnd.amazon.mobi8-ebook azw3;
            application/vnd.comicbook+zip cbz;
        }
        default_type application/octet-stream;"
        }
    }
}

/// A line for each header that nginx drops.
fn put_back() -> String {
    PUT_BACK.iter().fold(String::new(), |mut lines, name| {
        let variable = name.to_ascii_lowercase().replace('-', "_");
        // Writing to a String can't fail.
        let _ = writeln!(lines, "        add_header {name} $upstream_http_{variable} always;");
        lines
    })
}
