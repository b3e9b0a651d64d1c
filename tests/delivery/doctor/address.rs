//! The public address: where it leads, and TLS.

use std::net::SocketAddr;

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::Nginx;

use super::{Front, alone, examine, with, without};
use crate::servers;

#[test]
fn an_address_that_leads_elsewhere_is_named() {
    let (shop, other) = (alone(Backend::Builtin), alone(Backend::Builtin));
    let found = examine(&shop, "another shop", &format!("http://{}", other.address), &[]);
    found.assert_names("Reach", "bad", &["Another Bookplate answers", "base_url = \"http://127.0.0.1:"]);
    for unseen in ["Files", "Protection", "Uploads"] {
        found.assert_names(unseen, "bad", &["Not looked at"]);
    }

    let found = examine(&shop, "nobody", &format!("http://{}", servers::free_address()), &[]);
    found.assert_names("Reach", "bad", &["nobody answers at 127.0.0.1:", "Is the shop running"]);

    let found = examine(&shop, "no such name", "http://books.invalid", &[]);
    found.assert_names(
        "Reach",
        "bad",
        &["the name books.invalid is not known", "base_url = \"http://books.invalid\""],
    );

    // A site that is no shop at all.
    let front = Front::start(&shop, Nginx, |text| {
        with(text, "proxy_pass http://bookplate;", "return 200 \"It works!\";")
    });
    let found = examine(&shop, "a site of its own", &front.url(), &[]);
    found.assert_names("Reach", "bad", &["Something else than this shop answers", "nginx, with status 200"]);

    let front = Front::start(&shop, Nginx, |text| {
        with(text, "proxy_pass http://bookplate;", "return 301 https://$http_host$request_uri;")
    });
    let found = examine(&shop, "http for https", &front.url(), &[]);
    let right = format!("base_url = \"https://{}\"", front.server.address);
    found.assert_names("Reach", "bad", &["everyone is sent on to https", &right]);
}

#[test]
fn what_is_wrong_with_tls_is_named() {
    let shop = alone(Backend::Nginx);
    let folder = servers::open_folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (key, certificate) = (path("key.pem"), path("certificate.pem"));
    let made = servers::run("openssl", |openssl| {
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=a test of Bookplate",
        ]);
        openssl.args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ]);
        openssl.args(["-keyout", &key, "-out", &certificate]);
    });
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let secure = |text: &str| {
        let listen = text.lines().find(|line| line.trim_start().starts_with("listen 1")).unwrap();
        let lines = format!(
            "{} ssl;\n    ssl_certificate {certificate};\n    ssl_certificate_key {key};",
            listen.trim_end().trim_end_matches(';')
        );
        with(text, listen, &lines)
    };
    let https = |address: SocketAddr| format!("https://localhost:{}", address.port());
    let trusted = [("SSL_CERT_FILE", certificate.as_str())];

    let front = Front::start(&shop, Nginx, secure);
    let address = front.server.address;
    // The shop's own settings say http here, so that it promises nothing about https; all else is well.
    let found = examine(&shop, "none", &https(address), &trusted);
    found.assert_names("HSTS", "warning", &["Strict-Transport-Security is lost"]);
    assert_eq!(found.find("TLS")["outcome"], "good");
    assert_eq!(found.find("A book")["outcome"], "good");

    let found = examine(&shop, "nobody's certificate", &https(address), &[]);
    found.assert_names("Reach", "bad", &["nobody that this machine trusts", "browsers warn"]);
    let found = examine(&shop, "a certificate for another name", &format!("https://{address}"), &trusted);
    found.assert_names("Reach", "bad", &["the certificate is for another name"]);
    let found = examine(
        &shop,
        "http at the port of https",
        &format!("http://localhost:{}", address.port()),
        &trusted,
    );
    found.assert_names("Reach", "bad", &["by https only", &format!("base_url = \"{}\"", https(address))]);
    drop(front);

    let front =
        Front::start(&shop, Nginx, |text| without(&secure(text), "proxy_set_header X-Forwarded-Proto"));
    let found = examine(&shop, "no X-Forwarded-Proto", &https(front.server.address), &trusted);
    found.assert_names(
        "TLS in front",
        "warning",
        &["not told", "proxy_set_header X-Forwarded-Proto $scheme;"],
    );

    let front = Front::start(&shop, Nginx, str::to_owned);
    let found = examine(&shop, "https at the port of http", &https(front.server.address), &trusted);
    found.assert_names("Reach", "bad", &["by http only", "a certificate"]);
}
