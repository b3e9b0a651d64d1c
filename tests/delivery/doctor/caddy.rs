//! Caddy, and what can be wrong with it.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Caddy, Nginx};

use super::{alone, root, through, with};

#[test]
fn caddy_as_printed_is_well() {
    let found = through(&alone(Backend::Caddy), Caddy, "none", str::to_owned);
    found.assert_well();
    assert!(found.find("A book")["words"].as_str().unwrap().starts_with("Caddy sends the bytes"));
}

#[test]
fn each_fault_of_caddy_is_named() {
    let shop = alone(Backend::Caddy);
    let store = root(&shop).display().to_string();
    let found = through(&shop, Caddy, "no handle_response", |text| {
        with(text, "@accel header X-Accel-Redirect *", "@accel header X-Nothing *")
    });
    found.assert_names(
        "A book",
        "bad",
        &["does not act on it", "no handle_response", "handle_response @accel {"],
    );

    let found = through(&shop, Caddy, "another root", |text| {
        with(text, &format!("root * \"{store}\""), "root * /srv/elsewhere")
    });
    found.assert_names("A book", "bad", &["root does not name the store", &format!("root * \"{store}\"")]);

    let found = through(&shop, Caddy, "another prefix", |text| {
        with(text, "handle_path /protected/*", "handle_path /other/*")
    });
    found.assert_names(
        "A book",
        "bad",
        &["does not know the prefix /protected/", "handle_path /protected/* {"],
    );

    let found =
        through(&shop, Caddy, "body limit", |text| with(text, "max_size 4296015872", "max_size 10MB"));
    found.assert_names_alone("Size", "bad", &["refuses an upload", "max_size 4296015872"]);

    let found = through(&shop, Caddy, "the store shown", |text| {
        let shown = format!(
            "\thandle_path /protected/* {{\n\t\troot * \"{store}\"\n\t\tfile_server\n\t}}\n\treverse_proxy "
        );
        with(text, "\treverse_proxy ", &shown)
    });
    found.assert_names_alone("Internal location", "bad", &["/protected/…", "lies open"]);

    // It understands the same header: the books come, and the doctor says that this is chance.
    let found = through(&shop, Nginx, "nginx for Caddy", str::to_owned);
    found.assert_names(
        "A book",
        "warning",
        &["nginx sends the bytes", "speaks to Caddy", "backend = \"nginx\""],
    );
}
