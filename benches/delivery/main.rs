//! How fast and how small downloads are, as ratios measured in one run on one machine.
//!
//! `scripts/bench` installs what the comparison needs and runs all of it; `cargo bench --bench delivery -- throughput`
//! runs one part. The figures are of this machine's loopback: ratios travel to other machines better than megabytes a
//! second, and neither says what a real network card saves nginx. `BENCHMARKS.md` holds a run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "as in tests")]
#![allow(dead_code, reason = "the tests' fixtures, of which this uses a part")]

#[path = "../../tests/support/client.rs"]
mod client;
#[path = "../../tests/support/database.rs"]
mod database;
mod decisions;
mod history;
mod load;
mod memory;
mod peers;
mod proxied;
mod readers;
mod report;
#[path = "../../tests/support/servers.rs"]
mod servers;
#[path = "../../tests/delivery/shop.rs"]
mod shop;
#[path = "../../tests/delivery/stock.rs"]
mod stock;
mod throughput;
mod usage;

use bookplate::config::Backend;
use shop::{OnSale, Shop};

/// How often each load is sent to each server; the middle one counts.
const ROUNDS: usize = 3;
const GIB: usize = 1 << 30;
const MB: usize = 1_000_000;
/// How many 3 MB files there are.
const SMALL: usize = 100;

/// The parts, in their order. `link` is left to who names it: it means something on a link of a known rate only.
const PARTS: [&str; 5] = ["throughput", "cold", "proxied", "memory", "decisions"];

fn main() {
    // Cargo also builds this, and may start it, when it tests everything.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let named: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with('-')).collect();
    let parts = if named.is_empty() { PARTS.to_vec() } else { named };

    let large = bytes(GIB, 1);
    let small: Vec<(String, Vec<u8>)> =
        (0..SMALL).map(|number| (format!("small{number}"), bytes(3 * MB, 2 + number as u64))).collect();
    let mut files = vec![OnSale { id: "large", name: "Large.pdf", bytes: &large }];
    files.extend(small.iter().map(|(id, bytes)| OnSale { id, name: "Small.epub", bytes }));
    let settings = [
        // The requests are not what is measured: as in production, where a log line each is the operator's choice.
        ("BOOKPLATE_LOG__FILTER", "error"),
        // All of the load comes from one buyer, who has 32 downloads at once by default.
        ("BOOKPLATE_DELIVERY__LIMITS__AT_ONCE_PER_BUYER", "1000"),
    ];
    let builtin = |files: &[OnSale<'_>]| Shop::open(Backend::Builtin, files, &settings);
    for part in parts {
        match part {
            "throughput" => throughput::run(&builtin(&files)),
            "cold" => throughput::cold(&builtin(&files[..1])),
            "proxied" => proxied::run(&files[1..], &settings),
            "memory" => memory::run(&files[..1], &settings),
            "decisions" => decisions::run(),
            "link" => throughput::link(&builtin(&files[1..])),
            other => panic!("there is no part {other:?}; there are {PARTS:?} and \"link\""),
        }
    }
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
