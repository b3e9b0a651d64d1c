//! The site file for Caddy.

use super::{Site, backend_note};
use crate::config::Backend;

/// The text for `site`, whose store is at `root`.
pub(super) fn render(site: &Site, root: &str) -> String {
    let note = backend_note(site, Backend::Caddy);
    let (server_name, app, max_body, prefix) =
        (&site.server_name, site.app, site.max_body, &site.internal_prefix);
    let idle = site.idle_seconds;
    let (address, bind) = match site.listen {
        Some(listen) => (format!("http://:{}", listen.port()), format!("\n\tbind {}", listen.ip())),
        None => (server_name.clone(), String::new()),
    };
    format!(
        r#"# Bookplate behind Caddy 2.6 or later. Save as /etc/caddy/bookplate.caddyfile, put "import bookplate.caddyfile"
# into /etc/caddy/Caddyfile, then: caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy
# Caddy gets a certificate for the name by itself; with "http://" before the name it speaks without TLS.
# Caddy's user must be able to read the store: give the folder to a group that both share, such as
#   chgrp -R caddy "{root}" && chmod -R g+rX "{root}" && chmod g+s "{root}"
# let that user pass through each folder above it, and keep the database's file to its owner (chmod 600).
{note}
{address} {{{bind}
	# Publishers upload whole books.
	request_body {{
		max_size {max_body}
	}}
	reverse_proxy {app} {{
		# The shop lets go of unused connections later ("front.head_seconds"), or a form might come to one that just closes.
		transport http {{
			keepalive {idle}s
		}}
		header_up X-Real-IP {{remote_host}}
		# A client must not speak for a proxy.
		header_up -X-Accel-Redirect
		header_up -X-Accel-Mapping
		header_up -X-Sendfile
		header_up -X-Sendfile-Type

		@accel header X-Accel-Redirect *
		handle_response @accel {{
			# What the shop says of the file stays; what only Caddy can know about the bytes is its own.
			copy_response_headers {{
				exclude X-Accel-Redirect Content-Length Content-Encoding Accept-Ranges Last-Modified Date Server Connection
			}}
			# HEAD stays HEAD, or bytes would follow it that no client expects.
			@other not method GET HEAD
			method @other GET
			route {{
				rewrite * {{http.reverse_proxy.header.X-Accel-Redirect}}
				# The store: the shop may have Caddy send any of it; no client can ask for it.
				handle_path {prefix}* {{
					root * "{root}"
					file_server {{
						index no-index-here
					}}
				}}
				respond 502
			}}
		}}
		# The shop set to another server: its hand-off shows no path, and is no empty book either.
		@other_server header X-Sendfile *
		handle_response @other_server {{
			respond 502
		}}
	}}
}}
"#
    )
}
