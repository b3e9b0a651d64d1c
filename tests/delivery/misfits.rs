//! Settings that don't fit the web server in front: it still shows nothing.

use bookplate::config::Backend;

use crate::shop::{OnSale, Shop, Way};

#[test]
fn no_server_shows_a_path_when_the_settings_name_another() {
    for (front, backend) in [
        (Backend::Nginx, "apache"),
        (Backend::Apache, "nginx"),
        (Backend::Lighttpd, "nginx"),
        (Backend::Caddy, "apache"),
        (Backend::Caddy, "lighttpd"),
    ]
    .map(|(front, backend)| (Way::Local(front), backend))
    .into_iter()
    .chain([
        (Way::S3(Backend::Apache), "nginx"),
        (Way::S3(Backend::Lighttpd), "nginx"),
        (Way::S3(Backend::Caddy), "nginx"),
    ]) {
        let file = OnSale { id: "book", name: "Emma.epub", bytes: b"All the words of a book" };
        let shop = Shop::open(front, &[file], &[("BOOKPLATE_DELIVERY__BACKEND", backend)]);
        let reply = shop.ask("GET", "book", &[]);
        let everything = reply.everything();
        let root = shop.store_folder().display().to_string();
        for secret in
            [root.as_str(), "/protected", "X-Sendfile", "X-Accel-Redirect", "X-Amz-Signature", "sea-books"]
        {
            assert!(!everything.contains(secret), "{front:?} with {backend}: {everything}");
        }
    }
}

#[test]
fn a_shop_whose_pages_the_internal_location_would_hide_does_not_start() {
    for prefix in ["/download/", "/books/", "/static/"] {
        let folder = tempfile::tempdir().unwrap();
        let bookplate = |command: &str| {
            crate::servers::run(env!("CARGO_BIN_EXE_bookplate"), |bookplate| {
                bookplate.current_dir(folder.path()).arg(command);
                bookplate.env("BOOKPLATE_DELIVERY__BACKEND", "nginx");
                bookplate.env("BOOKPLATE_DELIVERY__INTERNAL_PREFIX", prefix);
                bookplate.env("BOOKPLATE_PAYMENTS__ALLOW_SANDBOX", "true");
                bookplate.env("ROCKET_PORT", crate::servers::free_address().port().to_string());
            })
        };
        assert!(bookplate("migrate").status.success());
        let start = bookplate("serve");
        let said =
            format!("{}{}", String::from_utf8_lossy(&start.stdout), String::from_utf8_lossy(&start.stderr));
        assert!(!start.status.success(), "{said}");
        assert!(said.contains("internal_prefix") && said.contains("hide the shop's own"), "{said}");
    }
}
