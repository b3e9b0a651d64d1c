//! The doctor, at shops with a fault that was made on purpose: it names the fault, and a right configuration is well.
//!
//! A shop is started for each backend, and then one web server after the other in front of it, from the text of `bookplate
//! proxy-config` with one change.

mod address;
mod apache;
mod bucket;
mod caddy;
mod lighttpd;
mod nginx;
mod proxied;

use std::path::PathBuf;

use bookplate::delivery::proxy_config::WebServer;
use serde_json::Value;

use crate::servers::{self, Server};
use crate::shop::{self, Shop, Way};

/// The doctor's sections that are about the delivery.
const SECTIONS: [&str; 4] = ["Public address", "Files", "Protection", "Uploads"];

/// What the doctor said, with a word on what was wrong.
struct Found {
    fault: &'static str,
    report: Value,
    /// What the command ended with.
    status: Option<i32>,
}

impl Found {
    fn checks(&self) -> impl Iterator<Item = &Value> {
        let sections = self.report["sections"].as_array().unwrap().iter();
        sections
            .filter(|section| SECTIONS.contains(&section["title"].as_str().unwrap()))
            .flat_map(|section| section["checks"].as_array().unwrap())
    }

    fn find(&self, name: &str) -> &Value {
        let found: Vec<&Value> = self.checks().filter(|check| check["name"] == name).collect();
        assert!(
            found.len() == 1,
            "{}: {name} is there {} times in {:#}",
            self.fault,
            found.len(),
            self.report
        );
        found[0]
    }

    /// Every check of the delivery is good.
    #[track_caller]
    fn assert_well(&self) {
        let others: Vec<&Value> = self.checks().filter(|check| check["outcome"] != "good").collect();
        assert!(others.is_empty(), "{}: {others:#?}", self.fault);
        for name in [
            "Reach",
            "A book",
            "Ranges",
            "A large book",
            "Strangers",
            "Internal location",
            "Size",
            "Streaming",
        ] {
            self.find(name);
        }
    }

    /// The check of this name is not good, and says all of `words` in what it says, or in where the line is, what is wrong
    /// there and what would be right.
    #[track_caller]
    fn assert_names(&self, name: &str, outcome: &str, words: &[&str]) {
        let check = self.find(name);
        assert_eq!(check["outcome"], outcome, "{}: {check:#}", self.fault);
        let mend = &check["mend"];
        let said: String =
            [&check["words"], &check["advice"], &mend["place"], &mend["wrong"], &mend["right"]]
                .map(|text| text.as_str().unwrap_or_default().to_owned() + "\n")
                .concat();
        for word in words {
            assert!(said.contains(word), "{}: {word:?} is missing in\n{said}", self.fault);
        }
        if outcome == "bad" {
            assert_eq!(self.status, Some(1), "{}", self.fault);
        }
    }

    /// All other checks are good: the doctor sees no more than there is.
    #[track_caller]
    fn assert_names_alone(&self, name: &str, outcome: &str, words: &[&str]) {
        self.assert_names(name, outcome, words);
        let others: Vec<&Value> =
            self.checks().filter(|check| check["outcome"] != "good" && check["name"] != name).collect();
        assert!(others.is_empty(), "{}: {others:#?}", self.fault);
    }
}

/// A web server in front of a shop, with a folder for its files.
struct Front {
    server: Server,
    _folder: tempfile::TempDir,
}

impl Front {
    /// The server with what `bookplate proxy-config` prints, changed by `change`.
    fn start(shop: &Shop, server: WebServer, change: impl Fn(&str) -> String) -> Self {
        let folder = servers::open_folder();
        let listen = servers::free_address();
        let right = shop.site(server, listen);
        let server = shop::start(server, &change(&right), listen, folder.path());
        Self { server, _folder: folder }
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }
}

/// Lets the doctor look at a shop through this public address.
fn examine(shop: &Shop, fault: &'static str, base_url: &str, environment: &[(&str, &str)]) -> Found {
    let mut command = shop.bookplate(&["doctor", "--json"]);
    command.env("BOOKPLATE_BASE_URL", base_url).envs(environment.iter().copied());
    let output = command.output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    let report = report
        .unwrap_or_else(|error| panic!("{fault}: {error}\n{}", String::from_utf8_lossy(&output.stderr)));
    Found { fault, report, status: output.status.code() }
}

/// The same with a web server in front that has this fault.
fn through(shop: &Shop, server: WebServer, fault: &'static str, change: impl Fn(&str) -> String) -> Found {
    let front = Front::start(shop, server, change);
    examine(shop, fault, &front.url(), &[])
}

fn alone(way: impl Into<Way>) -> Shop {
    Shop::alone(way, &[], &[])
}

/// The text with `from`, which must be there, as `to`.
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in\n{text}");
    text.replace(from, to)
}

/// The text without the lines that hold `word`, of which there must be one.
fn without(text: &str, word: &str) -> String {
    assert!(text.contains(word), "{word} is not in\n{text}");
    text.lines().filter(|line| !line.contains(word)).map(|line| format!("{line}\n")).collect()
}

/// The real path of the store, as the configuration names it.
fn root(shop: &Shop) -> PathBuf {
    shop.store_folder()
}
