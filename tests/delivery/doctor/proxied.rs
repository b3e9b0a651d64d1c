//! The built-in backend, alone and behind a web server.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Lighttpd, Nginx};

use super::{Front, alone, examine, with, without};
use crate::shop::Shop;

#[test]
fn the_shop_alone_is_well() {
    let shop = alone(Backend::Builtin);
    let found = examine(&shop, "none", &format!("http://{}", shop.address), &[]);
    found.assert_well();
    found.find("Reach");
    assert!(found.find("A book")["words"].as_str().unwrap().starts_with("The shop sends the bytes itself"));
    assert!(found.find("Reach")["words"].as_str().unwrap().contains("nobody in front"));
    // What the command prints names the sections; a sandbox is bad in every real shop.
    let output = shop
        .bookplate(&["doctor"])
        .env("BOOKPLATE_BASE_URL", format!("http://{}", shop.address))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("Protection\n  good     Strangers:") && text.contains("BAD      Gateway:"),
        "{text}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn who_collects_what_a_slow_reader_leaves_is_named() {
    let shop = Shop::alone(Backend::Builtin, &[], &[("ROCKET_IP_HEADER", "X-Real-IP")]);
    let front = Front::start(&shop, Nginx, str::to_owned);
    examine(&shop, "none", &front.url(), &[]).assert_well();

    let front = Front::start(&shop, Nginx, |text| {
        with(text, "proxy_max_temp_file_size 0;", "proxy_ignore_headers X-Accel-Buffering;")
    });
    let found = examine(&shop, "nginx collects", &front.url(), &[]);
    found.assert_names_alone(
        "Slow readers",
        "bad",
        &["nginx collects", "1 GB", "proxy_ignore_headers X-Accel-Buffering", "proxy_max_temp_file_size 0;"],
    );

    let shop = Shop::alone(Backend::Builtin, &[], &[("ROCKET_IP_HEADER", "X-Forwarded-For")]);
    let front = Front::start(&shop, Lighttpd, |text| without(text, "server.stream-response-body"));
    let found = examine(&shop, "lighttpd collects", &front.url(), &[]);
    found.assert_names_alone(
        "Slow readers",
        "bad",
        &["lighttpd collects", "server.stream-response-body = 2"],
    );
}

#[test]
fn one_address_for_all_visitors_is_named() {
    let shop = alone(Backend::Builtin);
    let front = Front::start(&shop, Nginx, str::to_owned);
    let found = examine(&shop, "no ip_header", &front.url(), &[]);
    found.assert_names_alone(
        "Addresses",
        "warning",
        &["count all of them as one", "ip_header = \"X-Real-IP\""],
    );
}
