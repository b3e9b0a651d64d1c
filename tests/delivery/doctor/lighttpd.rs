//! lighttpd, and what can be wrong with it.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Lighttpd, Nginx};

use super::{alone, root, through, with, without};

#[test]
fn lighttpd_as_printed_is_well() {
    let found = through(&alone(Backend::Lighttpd), Lighttpd, "none", str::to_owned);
    found.assert_well();
    assert!(found.find("A book")["words"].as_str().unwrap().starts_with("lighttpd sends the bytes"));
}

#[test]
fn each_fault_of_lighttpd_is_named() {
    let shop = alone(Backend::Lighttpd);
    let docroot = format!("\"x-sendfile-docroot\" => ( \"{}/\" )", root(&shop).display());
    let found =
        through(&shop, Lighttpd, "no x-sendfile", |text| without(text, "\"x-sendfile\" => \"enable\""));
    found.assert_names(
        "A book",
        "bad",
        &["does not act on it", "no \"x-sendfile\"", "\"x-sendfile\" => \"enable\""],
    );

    let found = through(&shop, Lighttpd, "another docroot", |text| {
        with(text, &docroot, "\"x-sendfile-docroot\" => ( \"/srv/elsewhere/\" )")
    });
    found.assert_names("A book", "bad", &["x-sendfile-docroot does not name the store", &docroot]);

    let found = through(&shop, Lighttpd, "body limit", |text| {
        with(text, "server.max-request-size = 4195328", "server.max-request-size = 1000")
    });
    found.assert_names_alone(
        "Size",
        "bad",
        &["lighttpd refuses an upload", "server.max-request-size = 4195328"],
    );

    let found =
        through(&shop, Lighttpd, "uploads collected", |text| without(text, "server.stream-request-body"));
    found.assert_names_alone("Streaming", "warning", &["keeps an upload", "server.stream-request-body = 2"]);

    let found = through(&shop, Nginx, "nginx for lighttpd", str::to_owned);
    found.assert_names(
        "A book",
        "bad",
        &["nginx stands in front", "backend = \"lighttpd\"", "backend = \"nginx\""],
    );
}
