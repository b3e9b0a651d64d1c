//! nginx's internal location for objects in a bucket.

use super::BucketSite;
use super::nginx::PUT_BACK;
use crate::delivery::nginx::BUCKET;
use std::fmt::Write;
use std::net::IpAddr;

/// What services that speak S3 say of an object or of themselves, and no reader needs to know.
const HIDDEN: &[&str] = &[
    "ETag",
    "Last-Modified",
    "Accept-Ranges",
    "Cache-Control",
    "Expires",
    "Content-Type",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Set-Cookie",
    "X-Accel-Redirect",
    "x-amz-id-2",
    "x-amz-request-id",
    "x-amz-version-id",
    "x-amz-delete-marker",
    "x-amz-expiration",
    "x-amz-restore",
    "x-amz-storage-class",
    "x-amz-replication-status",
    "x-amz-mp-parts-count",
    "x-amz-missing-meta",
    "x-amz-tagging-count",
    "x-amz-request-charged",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-bucket-key-enabled",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
    "x-amz-checksum-type",
    "x-amz-meta-mtime",
    "x-rgw-object-type",
    "x-minio-deployment-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-xss-protection",
];

/// Where the name of an answer is kept that the shop has given it, for the log.
pub(super) const TICKET: &str = "$bookplate_ticket";

/// The location behind `prefix` that fetches from `bucket`, with the line about the log.
pub(super) fn location(bucket: &BucketSite, prefix: &str, log: &str) -> String {
    let origin = &bucket.origin;
    let (scheme, authority) = origin.split_once("://").unwrap_or(("http", origin));
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => host,
        _ => authority,
    };
    let is_address = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let mut more = String::new();
    if !is_address {
        // Writing to a String can't fail.
        let _ = writeln!(
            more,
            "        # Who knows the service's address: this machine's own, see /etc/resolv.conf."
        );
        let _ = writeln!(more, "        resolver {};", bucket.resolver);
    }
    if scheme == "https" {
        let _ = write!(
            more,
            "        proxy_ssl_server_name on;
        proxy_ssl_name {host};
        proxy_ssl_verify on;
        proxy_ssl_verify_depth 4;
        proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
"
        );
    }
    let (mut kept, mut put_back, mut hidden) = (String::new(), String::new(), String::new());
    for name in PUT_BACK.iter().chain(&["ETag", "Last-Modified"]) {
        let variable = name.to_ascii_lowercase().replace('-', "_");
        let _ = writeln!(kept, "        set $bookplate_{variable} $upstream_http_{variable};");
        let _ = writeln!(put_back, "        add_header {name} $bookplate_{variable} always;");
    }
    for name in HIDDEN.iter().chain(PUT_BACK) {
        let _ = writeln!(hidden, "        proxy_hide_header {name};");
    }
    format!(
        r#"    # The bucket. Only an answer of the shop leads here, with an address that is signed for a minute and that the
    # client never sees; a client that asks gets 404.
    location = {prefix}{BUCKET} {{
        internal;
        # What the shop says of the file is kept first: the service's answer takes its place.
        set $bookplate_range $upstream_http_x_bookplate_range;
        set {TICKET} $upstream_http_x_bookplate_ticket;
{kept}
        # Nothing was decoded behind the question mark, so the signature fits; and no other host is ever asked.
        proxy_pass {origin}$args;
{more}        proxy_http_version 1.1;
        proxy_method GET;
        proxy_pass_request_body off;
        proxy_set_header Host {authority};
        proxy_set_header Connection "";
        proxy_set_header Content-Length "";
        # The reader's secrets are none of the service's business; the part was worked out by the shop, whose validators
        # the service doesn't know.
        proxy_set_header Authorization "";
        proxy_set_header Cookie "";
        proxy_set_header Referer "";
        proxy_set_header Accept-Encoding "";
        proxy_set_header Range $bookplate_range;
        proxy_set_header If-Range "";
        proxy_set_header If-Match "";
        proxy_set_header If-None-Match "";
        proxy_set_header If-Modified-Since "";
        proxy_set_header If-Unmodified-Since "";
        proxy_buffer_size 16k;
        proxy_buffers 8 16k;
        proxy_busy_buffers_size 32k;
        proxy_headers_hash_max_size 1024;
        proxy_headers_hash_bucket_size 128;
        proxy_max_temp_file_size 0;
        # The service is asked for bytes, and has no say in what nginx does with them.
        proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;
        proxy_connect_timeout 5s;
        proxy_read_timeout 60s;
        # The service's own words hold keys and the bucket's name.
        proxy_intercept_errors on;
        error_page 301 302 303 304 307 308 400 401 403 404 405 409 411 412 416 429 500 501 502 503 504 = @bookplate_bucket;
        gzip off;
{log}{hidden}
{put_back}        add_header Accept-Ranges bytes always;
    }}

    location @bookplate_bucket {{
{log}        return 502;
    }}
"#
    )
}
