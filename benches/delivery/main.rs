//! How fast and how small downloads are, as ratios measured in one run on one machine.
//!
//! `cargo bench --bench delivery` starts the real program, and a real nginx that serves the same files by itself, and
//! sends both the same load in turns. It wants `nginx`, `curl` and `wrk`. The figures are of this machine's loopback,
//! with all files in memory: ratios travel to other machines better than megabytes a second, and neither says what a
//! real network card saves nginx. `BENCHMARKS.md` holds a run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "as in tests")]
#![allow(dead_code, reason = "the tests' fixtures, of which this uses a part")]

#[path = "../../tests/support/client.rs"]
mod client;
mod load;
mod memory;
#[path = "../../tests/support/servers.rs"]
mod servers;
#[path = "../../tests/delivery/shop.rs"]
mod shop;
#[path = "../../tests/delivery/stock.rs"]
mod stock;

use std::net::SocketAddr;

use bookplate::config::Backend;
use servers::Server;
use shop::{OnSale, Shop};

/// How often each load is sent to each server; the middle one counts.
const ROUNDS: usize = 3;
const GIB: usize = 1 << 30;
const MB: usize = 1_000_000;
/// How many 3 MB files there are.
const SMALL: usize = 100;

fn main() {
    // Cargo also builds this, and may start it, when it tests everything.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let large = bytes(GIB, 1);
    let small: Vec<(String, Vec<u8>)> =
        (0..SMALL).map(|number| (format!("small{number}"), bytes(3 * MB, 2 + number as u64))).collect();
    let mut files = vec![OnSale { id: "large", name: "Large.pdf", bytes: &large }];
    files.extend(small.iter().map(|(id, bytes)| OnSale { id, name: "Small.epub", bytes }));
    // The requests are not what is measured: as in production, where a log line each is the operator's choice.
    let settings = [("BOOKPLATE_LOG__FILTER", "error")];

    throughput(&Shop::open(Backend::Builtin, &files, &settings));
    memory(&Shop::open(Backend::Builtin, &files[..1], &settings));
    hand_offs(&Shop::open(Backend::Nginx, &files[1..], &settings));
}

/// Built-in against nginx's own sendfile, and against the hand-off to nginx.
fn throughput(shop: &Shop) {
    let folder = servers::open_folder();
    let nginx = plain_nginx(shop, folder.path());
    let ids: Vec<String> = (0..SMALL).map(|number| format!("small{number}")).collect();
    let keys = |ids: &[String]| ids.iter().map(|id| format!("/{}", shop.key(id))).collect::<Vec<_>>();
    let downloads = |ids: &[String]| ids.iter().map(|id| format!("/download/{id}")).collect::<Vec<_>>();
    let large = ["large".to_owned()];

    println!(
        "Built-in against nginx's sendfile, same files in memory, in MB/s (the gate is asked for each built-in one):"
    );
    type Load = fn(SocketAddr, &[String], &str) -> f64;
    let loads: [(&str, &[String], Load); 3] = [
        ("one 1 GiB file, 1 curl", &large, |server, paths, cookie| load::curls(server, paths, cookie, 1)),
        ("one 1 GiB file, 8 curls", &large, |server, paths, cookie| load::curls(server, paths, cookie, 8)),
        ("100 files of 3 MB, 32 connections", &ids, |server, paths, cookie| {
            load::wrk(server, paths, cookie, 32).bytes_per_second / MB as f64
        }),
    ];
    for (name, ids, load) in loads {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            theirs.push(load(nginx.address, &keys(ids), &shop.cookie));
            ours.push(load(shop.address, &downloads(ids), &shop.cookie));
        }
        report(name, &ours, &theirs);
    }
}

/// What slow downloads cost in memory.
fn memory(shop: &Shop) {
    let used = memory::of_slow_downloads(shop, "large", 200);
    println!(
        "\nMemory: {} downloads of 1 GiB at about 1 MB/s each: {:.1} MB at rest, {:.1} MB at most, {:.2} MB each.",
        used.downloads,
        used.at_rest,
        used.at_most,
        used.each()
    );
}

/// Answers of the gate a second, against those of a route that does nothing.
fn hand_offs(shop: &Shop) {
    let ids: Vec<String> = (0..SMALL).map(|number| format!("/download/small{number}")).collect();
    let empty = ["/healthz".to_owned()];
    let (mut gate, mut nothing) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        nothing.push(load::wrk(shop.app.address, &empty, "", 48).requests_per_second);
        gate.push(load::wrk(shop.app.address, &ids, &shop.cookie, 48).requests_per_second);
    }
    println!(
        "\nHand-off answers (gate, file check, ledger row) against the empty route, in requests/s, 48 connections:"
    );
    report("GET /download/… (nginx backend)", &gate, &nothing);
}

/// nginx with nothing but the store.
fn plain_nginx(shop: &Shop, folder: &std::path::Path) -> Server {
    let listen = servers::free_address();
    let root = shop.store.local().unwrap().root().display();
    let site = format!("server {{ listen {listen}; root {root}; sendfile on; tcp_nopush on; }}");
    servers::nginx(&site, listen, folder)
}

fn report(name: &str, ours: &[f64], theirs: &[f64]) {
    let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
    println!(
        "  {name:<36} {:>8.0} : {:>8.0}   ratio {:.2} ({:.2} to {:.2})",
        median(ours),
        median(theirs),
        median(&ratios),
        ratios.iter().copied().fold(f64::INFINITY, f64::min),
        ratios.iter().copied().fold(0.0, f64::max),
    );
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Bytes that no disk or server can make smaller.
fn bytes(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
