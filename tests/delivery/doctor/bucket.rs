//! Shops whose books are in a bucket, and what can be wrong there.

use bookplate::config::Backend;
use bookplate::delivery::proxy_config::WebServer::{Apache, Nginx};

use super::{Found, alone, examine, through, with, without};
use crate::gate::{Gate, answer};
use crate::servers;
use crate::shop::{Shop, Way};

/// All is good but for what can't be looked at, which the doctor says.
#[track_caller]
fn assert_well(found: &Found) {
    found.assert_names_alone(
        "A large book",
        "warning",
        &["Not looked at", "in a bucket, where all of it would be sent, and paid for", "curl -r -16"],
    );
    assert_eq!(found.find("Bucket")["outcome"], "good", "{}", found.fault);
    assert_eq!(said(found, "Bucket"), "It is private: without a signature there is no book.");
    found.find("Ranges");
    found.find("HEAD");
}

fn said(found: &Found, name: &str) -> String {
    found.find(name)["words"].as_str().unwrap().to_owned()
}

/// How many objects the bucket has.
fn objects(shop: &Shop) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(&shop.store_folder())
}

#[test]
fn the_shop_that_passes_the_bytes_on_is_well() {
    let shop = alone(Way::S3(Backend::Builtin));
    let before = objects(&shop);
    let found = examine(&shop, "none", &format!("http://{}", shop.address), &[]);
    assert_well(&found);
    assert!(said(&found, "A book").starts_with("The shop sends the bytes itself."));
    assert_eq!(objects(&shop), before, "the canaries are gone again");

    // Apache could not send them, and nobody is told to let it.
    let shop = Shop::alone(Way::S3(Backend::Builtin), &[], &[("ROCKET_IP_HEADER", "X-Real-IP")]);
    let found = through(&shop, Apache, "none", str::to_owned);
    assert_well(&found);
    assert!(said(&found, "A book").ends_with("Apache passes them on."));
}

#[test]
fn nginx_is_well_as_printed_and_each_fault_of_its_location_is_named() {
    let shop = alone(Way::S3(Backend::Nginx));
    let service = format!("http://{}", shop.service.as_ref().unwrap().address);
    let found = through(&shop, Nginx, "none", str::to_owned);
    assert_well(&found);
    assert!(said(&found, "A book").starts_with("nginx sends the bytes"));

    let found = through(&shop, Nginx, "no internal", |text| without(text, "        internal;"));
    found.assert_names(
        "Internal location",
        "bad",
        &["for anybody, at /protected/bucket", "no line `internal;`", "    internal;\n"],
    );
    let found =
        through(&shop, Nginx, "no location", |text| with(text, "= /protected/bucket", "= /other/bucket"));
    found.assert_names(
        "A book",
        "bad",
        &["has no location /protected/", "location = /protected/bucket {", "    internal;\n"],
    );
    let nobody = format!("http://{}", servers::free_address());
    let found = through(&shop, Nginx, "another service", |text| {
        with(text, &format!("proxy_pass {service}$args;"), &format!("proxy_pass {nobody}$args;"))
    });
    found.assert_names(
        "A book",
        "bad",
        &["from the bucket’s service (status 502)", &format!("proxy_pass {service}$args;")],
    );
    let found = through(&shop, Nginx, "the host's name lost", |text| {
        with(text, "proxy_set_header Host 127.0.0.1", "proxy_set_header Host localhost:1; #")
    });
    found.assert_names("A book", "bad", &["another address than the signed one"]);

    // Who stands in front can't send from a bucket: the right setting is another.
    let found = through(&shop, Apache, "Apache in front", str::to_owned);
    found.assert_names("A book", "bad", &["Apache stands in front", "backend = \"builtin\""]);
}

#[test]
fn readers_who_are_sent_on_are_followed() {
    let shop = alone(Way::S3(Backend::Redirect));
    let service = format!("http://{}", shop.service.as_ref().unwrap().address);
    let url = format!("http://{}", shop.address);
    let found = examine(&shop, "none", &url, &[]);
    assert_well(&found);
    assert!(said(&found, "A book").starts_with(&format!("The shop sends readers on to {service}")));

    let nobody = format!("http://{}", servers::free_address());
    let settings = [("BOOKPLATE_STORAGE__S3_PUBLIC_ENDPOINT", nobody.as_str())];
    let shop = Shop::alone(Way::S3(Backend::Redirect), &[], &settings);
    let found = examine(&shop, "no service there", &format!("http://{}", shop.address), &[]);
    found.assert_names("A book", "bad", &[&nobody, "nobody answers", "storage.s3_public_endpoint"]);
}

#[test]
fn a_bucket_that_lies_open_is_named_whatever_way_its_books_leave() {
    for backend in [Backend::Builtin, Backend::Redirect] {
        let shop = alone(Way::S3(backend));
        let (service, folder) = (shop.service.as_ref().unwrap().address, shop.folder().join("s3"));
        // Whoever signs is answered as ever; whoever doesn't gets what there is.
        let gate = Gate::before(service, move |head| {
            let target = head.strip_prefix("GET /")?.split(' ').next()?;
            let is_signed = head.contains("X-Amz-Signature=") || head.contains("AWS4-HMAC-SHA256");
            if is_signed {
                return None;
            }
            Some(answer("200 OK", &std::fs::read(folder.join(target)).ok()?))
        });
        let settings = [("BOOKPLATE_STORAGE__S3_ENDPOINT", gate.endpoint())];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let found = examine(&shop, "an open bucket", &format!("http://{}", shop.address), &settings);
        let words = ["Anybody gets every book", &gate.endpoint(), "Make the bucket private at once"];
        found.assert_names("Bucket", "bad", &words);
        let others = found.checks().filter(|check| check["outcome"] == "bad").count();
        assert_eq!(others, 1, "{:#}", found.report);
    }
}
