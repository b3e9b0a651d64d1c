//! How fast whole files go out, and what a GiB costs in processor time, against servers of plain files.

use std::net::SocketAddr;

use crate::load::{self, Asked};
use crate::peers::Peer;
use crate::readers;
use crate::report::Rounds;
use crate::shop::Shop;
use crate::usage;
use crate::{GIB, ROUNDS, SMALL};

type Load = fn(SocketAddr, &[Asked]) -> (f64, f64);

const LOADS: [(&str, bool, Load); 4] = [
    ("one 1 GiB file, 1 curl", true, |server, asked| load::curls(server, &asked[0], 1)),
    ("one 1 GiB file, 8 curls", true, |server, asked| load::curls(server, &asked[0], 8)),
    ("3 MB files, 32 connections", false, |server, asked| readers::take(server, asked, 32)),
    ("3 MB files, 64 connections", false, |server, asked| readers::take(server, asked, 64)),
];

/// What a server did of a load.
#[derive(Debug, Clone, Copy)]
struct Done {
    bytes_per_second: f64,
    cpu_per_gib: f64,
}

fn measured(load: Load, server: SocketAddr, asked: &[Asked], processes: &[u32]) -> Done {
    let before = usage::cpu_seconds(processes);
    let (bytes, seconds) = load(server, asked);
    let used = usage::cpu_seconds(processes) - before;
    Done { bytes_per_second: bytes / seconds, cpu_per_gib: used / (bytes / GIB as f64) }
}

/// The ids of the 3 MB files.
pub fn small() -> Vec<String> {
    (0..SMALL).map(|number| format!("small{number}")).collect()
}

/// The same files as the shop is asked for them, and a server of its store.
pub fn asked(shop: &Shop, ids: &[String]) -> (Vec<Asked>, Vec<Asked>) {
    let of = |id: &String| {
        let ours = Asked::new(format!("/download/{id}"), &shop.cookie);
        (ours, Asked::new(format!("/{}", shop.key(id)), ""))
    };
    ids.iter().map(of).unzip()
}

/// The built-in against nginx, Apache and a Rust server, files in memory.
pub fn run(shop: &Shop) {
    let peers: Vec<Peer> = [Some(Peer::nginx(shop)), Some(Peer::apache(shop)), Peer::static_web_server(shop)]
        .into_iter()
        .flatten()
        .collect();
    for peer in &peers {
        eprintln!("{} listens at {}", peer.name, peer.address);
    }
    println!(
        "\nBuilt-in, with the gate asked and a row written for each answer, against plain static files in memory"
    );
    for (name, is_large, load) in LOADS {
        let ids: Vec<String> = match is_large {
            true => vec!["large".to_owned()],
            false => small(),
        };
        let (ours, plain) = asked(shop, &ids);
        let mut rounds: Vec<(Rounds, Rounds)> = peers.iter().map(|_| Default::default()).collect();
        for _ in 0..ROUNDS {
            let own = measured(load, shop.address, &ours, &shop.processes());
            for (peer, (speed, cpu)) in peers.iter().zip(&mut rounds) {
                let other = measured(load, peer.address, &plain, &[peer.server.id()]);
                speed.add(own.bytes_per_second / 1e6, other.bytes_per_second / 1e6);
                cpu.add(own.cpu_per_gib, other.cpu_per_gib);
            }
        }
        println!("  {name}");
        for (peer, (speed, cpu)) in peers.iter().zip(&rounds) {
            println!(
                "    {:<18} {:>6.0} : {:>6.0} MB/s  ratio {:<22}  CPU {:.2} : {:.2} s/GiB  ratio {}",
                peer.name,
                speed.ours(),
                speed.theirs(),
                speed.ratio(),
                cpu.ours(),
                cpu.theirs(),
                cpu.ratio()
            );
        }
    }
}

/// The same from the disk: the system is made to forget the file before each download.
pub fn cold(shop: &Shop) {
    let nginx = Peer::nginx(shop);
    let file = shop.stored_path("large");
    let (ours, plain) = asked(shop, &["large".to_owned()]);
    let page = [Asked::new("/", "")];
    let quiet = load::wrk(shop.address, &page, 1);
    let mut rounds = Rounds::default();
    let mut busy = Vec::new();
    // A disk is less even than memory, above all a virtual one.
    for _ in 0..3 * ROUNDS {
        load::forget(&file);
        let (bytes, seconds) = load::curls(shop.address, &ours[0], 1);
        load::forget(&file);
        let (theirs, their_seconds) = load::curls(nginx.address, &plain[0], 1);
        rounds.add(bytes / seconds / 1e6, theirs / their_seconds / 1e6);
    }
    for _ in 0..ROUNDS {
        load::forget(&file);
        let reading = std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..4).for_each(|_| {
                    load::forget(&file);
                    load::curls(shop.address, &ours[0], 1);
                })
            });
            load::wrk(shop.address, &page, 1)
        });
        busy.push(reading);
    }
    println!("\nCold: one 1 GiB file from the disk, 1 curl, against nginx");
    println!("  {:.0} : {:.0} MB/s  ratio {}", rounds.ours(), rounds.theirs(), rounds.ratio());
    let (median, p99) =
        busy.iter().fold((0.0_f64, 0.0_f64), |most, one| (most.0.max(one.median), most.1.max(one.p99)));
    println!(
        "  the home page: {:.1} ms (p99 {:.1}), while files come from the disk {median:.1} ms (p99 {p99:.1}) at most",
        quiet.median, quiet.p99
    );
}

/// What is left of the ratio where the network is the bound: the script runs this on a link of a known rate.
pub fn link(shop: &Shop) {
    let nginx = Peer::nginx(shop);
    let (ours, plain) = asked(shop, &small());
    let (mut speed, mut cpu) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let load: Load = |server, asked| readers::take(server, asked, 32);
        let own = measured(load, shop.address, &ours, &shop.processes());
        let other = measured(load, nginx.address, &plain, &[nginx.server.id()]);
        speed.add(own.bytes_per_second / 1e6, other.bytes_per_second / 1e6);
        cpu.add(own.cpu_per_gib, other.cpu_per_gib);
    }
    println!("\nOn a link of a known rate: 3 MB files, 32 connections, against nginx");
    println!(
        "  {:.1} : {:.1} MB/s  ratio {}  CPU {:.2} : {:.2} s/GiB  ratio {}",
        speed.ours(),
        speed.theirs(),
        speed.ratio(),
        cpu.ours(),
        cpu.theirs(),
        cpu.ratio()
    );
}
