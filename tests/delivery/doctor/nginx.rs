//! nginx, and what can be wrong with it.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Apache, Nginx};

use super::{alone, examine, root, through, with, without};

#[test]
fn nginx_as_printed_is_well() {
    let shop = alone(Backend::Nginx);
    let found = through(&shop, Nginx, "none", str::to_owned);
    found.assert_well();
    assert!(found.find("A book")["words"].as_str().unwrap().starts_with("nginx sends the bytes"));
    // The canaries are gone again.
    let left = walk(&root(&shop));
    assert!(left.is_empty(), "{left:?}");
}

/// The files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn each_fault_of_the_internal_location_is_named() {
    let shop = alone(Backend::Nginx);
    let store = root(&shop).display().to_string();
    let found = through(&shop, Nginx, "no internal", |text| without(text, "        internal;"));
    found.assert_names_alone(
        "Internal location",
        "bad",
        &["lies open", "nginx’s site file", "no line `internal;`", "    internal;\n"],
    );

    let found = through(&shop, Nginx, "alias without its slash", |text| {
        with(text, &format!("alias \"{store}/\";"), &format!("alias \"{store}\";"))
    });
    let right = format!("alias \"{store}/\";");
    found.assert_names(
        "A book",
        "bad",
        &["lacks the slash at its end", &format!("alias \"{store}\";"), &right],
    );

    let found = through(&shop, Nginx, "another folder", |text| {
        with(text, &format!("alias \"{store}/\";"), "alias \"/srv/elsewhere/\";")
    });
    found.assert_names("A book", "bad", &["another folder than the store", &right]);

    let found = through(&shop, Nginx, "a regex location in front", |text| {
        let text = with(text, "location ^~ /protected/", "location /protected/");
        with(
            &text,
            "    location / {",
            "    location ~* \\.(epub|pdf)$ { root /srv/elsewhere; }\n    location / {",
        )
    });
    found.assert_names(
        "Kinds of files",
        "bad",
        &[".epub and .pdf", "location ~* \\.(epub|pdf)$", "location ^~ /protected/ {"],
    );

    let found = through(&shop, Nginx, "another prefix", |text| with(text, "^~ /protected/", "^~ /other/"));
    found.assert_names(
        "A book",
        "bad",
        &["has no location /protected/", "location ^~ /protected/ {", "    internal;\n"],
    );

    let found =
        through(&shop, Nginx, "headers lost", |text| without(text, "add_header X-Content-Type-Options"));
    found.assert_names_alone(
        "Headers",
        "warning",
        &["X-Content-Type-Options", "add_header X-Content-Type-Options $upstream_http"],
    );

    let found = through(&shop, Nginx, "the hand-off ignored", |text| {
        with(
            text,
            "    proxy_request_buffering off;",
            "    proxy_request_buffering off; proxy_ignore_headers X-Accel-Redirect;",
        )
    });
    found.assert_names("A book", "bad", &["does not act on it", "proxy_ignore_headers X-Accel-Redirect;"]);
}

#[test]
fn each_fault_before_the_shop_is_named() {
    let shop = alone(Backend::Nginx);
    let found = through(&shop, Nginx, "body limit", |text| without(text, "client_max_body_size"));
    found.assert_names_alone(
        "Size",
        "bad",
        &["nginx refuses an upload", "1m by default", "client_max_body_size 4296015872;"],
    );

    let found = through(&shop, Nginx, "uploads collected", |text| without(text, "proxy_request_buffering"));
    found.assert_names_alone(
        "Streaming",
        "warning",
        &["keeps an upload until it is whole", "proxy_request_buffering off;"],
    );

    let found = through(&shop, Nginx, "no X-Real-IP", |text| without(text, "proxy_set_header X-Real-IP"));
    found.assert_names(
        "Addresses",
        "bad",
        &["make up an address", "proxy_set_header X-Real-IP $remote_addr;"],
    );

    let found = through(&shop, Nginx, "X-Real-IP taken away", |text| {
        with(text, "X-Real-IP $remote_addr", "X-Real-IP \"\"")
    });
    found.assert_names_alone(
        "Addresses",
        "bad",
        &["does not pass X-Real-IP on", "proxy_set_header X-Real-IP $remote_addr;"],
    );

    let found = through(&shop, Nginx, "no Host", |text| without(text, "proxy_set_header Host"));
    found.assert_names("Host", "bad", &["asked as “bookplate”", "proxy_set_header Host $http_host;"]);

    let found =
        through(&shop, Nginx, "forged headers", |text| without(text, "proxy_set_header X-Accel-Redirect"));
    found.assert_names_alone(
        "Forged headers",
        "warning",
        &["X-Accel-Redirect from a client", "proxy_set_header X-Accel-Redirect \"\";"],
    );

    let data = root(&shop).parent().unwrap().display().to_string();
    let found = through(&shop, Nginx, "the data folder shown", |text| {
        with(
            text,
            "    location / {",
            &format!("    location /data/ {{ alias \"{data}/\"; }}\n    location / {{"),
        )
    });
    found.assert_names_alone("Guessed addresses", "bad", &["/data/store/…", "nginx shows the folder"]);

    let found = through(&shop, Nginx, "no shop behind", |text| {
        let (before, rest) = text.split_once("upstream bookplate {\n    server ").unwrap();
        let (_, after) = rest.split_once(';').unwrap();
        format!("{before}upstream bookplate {{\n    server 127.0.0.1:9;{after}")
    });
    found.assert_names("Reach", "bad", &["nginx answers with 502", "server 127.0.0.1:"]);
}

#[test]
fn a_backend_for_another_server_or_none_is_named() {
    let shop = alone(Backend::Nginx);
    let found = through(&shop, Apache, "Apache for nginx", str::to_owned);
    found.assert_names(
        "A book",
        "bad",
        &["Apache stands in front", "backend = \"nginx\"", "backend = \"apache\""],
    );

    // Nobody in front at all, though the setting says so.
    let found = examine(&shop, "nobody in front", &format!("http://{}", shop.address), &[]);
    found.assert_names(
        "A book",
        "bad",
        &["No web server stands in front", "every book comes empty", "backend = \"builtin\""],
    );
    found.assert_names("Addresses", "bad", &["make up an address"]);
}
