//! Apache, and what can be wrong with it.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Apache, Caddy, Nginx};

use super::{alone, examine, root, through, with, without};
use crate::servers;

#[test]
fn apache_as_printed_is_well() {
    let found = through(&alone(Backend::Apache), Apache, "none", str::to_owned);
    found.assert_well();
    assert!(found.find("A book")["words"].as_str().unwrap().starts_with("Apache sends the bytes"));
}

#[test]
fn each_fault_of_xsendfile_is_named() {
    let shop = alone(Backend::Apache);
    let store = root(&shop).display().to_string();
    let path = format!("XSendFilePath \"{store}\"");
    let found = through(&shop, Apache, "XSendFile Off", |text| with(text, "XSendFile On", "XSendFile Off"));
    found.assert_names(
        "A book",
        "bad",
        &["XSendFile is off", "shows the path", "XSendFile Off", "XSendFile On\n", &path],
    );

    let found = through(&shop, Apache, "another XSendFilePath", |text| {
        with(text, &path, "XSendFilePath \"/srv/elsewhere\"")
    });
    found.assert_names("A book", "bad", &["XSendFilePath does not name the store", &path]);

    let found = through(&shop, Apache, "one ETag for all", |text| {
        let text = with(text, "XSendFile On", "XSendFile On\n    XSendFileIgnoreEtag On");
        with(&text, "FileETag None", "FileETag MTime Size")
    });
    found.assert_names("Resuming", "bad", &["the same ETag", "FileETag None"]);

    // mod_xsendfile is not there, and a condition hides that from `apache2ctl configtest`.
    let folder = servers::open_folder();
    let listen = servers::free_address();
    let right = shop.site(Apache, listen);
    let text = with(&right, "    XSendFile On\n", "    <IfModule xsendfile_module>\n    XSendFile On\n");
    let text = with(&text, &format!("    {path}\n"), &format!("    {path}\n    </IfModule>\n"));
    let front = servers::apache_with(&[], &text, listen, folder.path());
    let found = examine(&shop, "no mod_xsendfile", &format!("http://{}", front.address), &[]);
    found.assert_names(
        "A book",
        "bad",
        &["mod_xsendfile is not loaded", "a2enmod xsendfile", "XSendFile On\n"],
    );
}

#[test]
fn each_fault_before_the_shop_is_named() {
    let shop = alone(Backend::Apache);
    let found = through(&shop, Apache, "another Host", |text| without(text, "ProxyPreserveHost"));
    found.assert_names("Host", "bad", &["forms look like another site’s", "ProxyPreserveHost On"]);

    let found = through(&shop, Apache, "another clock", |text| {
        with(
            text,
            "    ServerSignature Off",
            "    ServerSignature Off\n    Header set Date \"Thu, 01 Jan 2026 00:00:00 GMT\"",
        )
    });
    found.assert_names_alone("Clock", "warning", &["behind the shop’s clock", "NTP"]);

    let store = root(&shop).display().to_string();
    let found = through(&shop, Apache, "the store shown", |text| {
        let text = with(text, "Require all denied", "Require all granted");
        let text = with(&text, "    ProxyPass \"/\"", "    ProxyPass \"/data\" !\n    ProxyPass \"/\"");
        let folder = store.strip_suffix("/data/store").unwrap();
        with(
            &text,
            "    ServerSignature Off",
            &format!("    ServerSignature Off\n    DocumentRoot \"{folder}\""),
        )
    });
    found.assert_names_alone(
        "Guessed addresses",
        "bad",
        &["/data/store/…", "DocumentRoot", "Require all denied"],
    );

    let found = through(&shop, Nginx, "nginx for Apache", str::to_owned);
    found.assert_names(
        "A book",
        "bad",
        &["nginx stands in front", "backend = \"apache\"", "backend = \"nginx\""],
    );
    let found = through(&shop, Caddy, "Caddy for Apache", str::to_owned);
    found.assert_names("A book", "bad", &["Caddy stands in front", "backend = \"caddy\""]);
}
