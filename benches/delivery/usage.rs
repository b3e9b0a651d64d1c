//! What servers use of the machine, with all their processes.

use std::fs;

use crate::shop::Shop;

/// How many ticks a second has in `/proc`: Linux counts so for all programs, whatever its own clock does.
const TICKS: f64 = 100.0;

/// The processes of a server: the one that was started, and all that it started.
pub fn tree(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut at = 0;
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, fields(id)?.get(1)?.parse().ok()?)))
        .collect();
    while let Some(parent) = found.get(at).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        at += 1;
    }
    found
}

/// The shop's own process, and the web servers in front of it.
pub fn apart(shop: &Shop) -> ([u32; 1], Vec<u32>) {
    let app = shop.app.id();
    ([app], shop.processes().into_iter().filter(|id| *id != app).collect())
}

/// What `/proc/<id>/stat` says after the program's name; nothing for a process that has gone.
fn fields(id: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// The processor time of these servers up to now, in seconds: their own and the kernel's for them.
pub fn cpu_seconds(roots: &[u32]) -> f64 {
    let ticks: f64 = roots
        .iter()
        .flat_map(|root| tree(*root))
        .filter_map(fields)
        // utime and stime, counted from the state (proc(5)); with those of children that have ended.
        .flat_map(|fields| {
            fields[11..15].iter().map(|ticks| ticks.parse::<f64>().unwrap()).collect::<Vec<_>>()
        })
        .sum();
    ticks / TICKS
}

/// The memory of these servers, in MB (10⁶ bytes): of what they share, each its part.
pub fn memory(roots: &[u32]) -> f64 {
    let kib: f64 = roots
        .iter()
        .flat_map(|root| tree(*root))
        .filter_map(|id| fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok())
        .filter_map(|rollup| {
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.to_owned();
            line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()
        })
        .sum();
    kib * 1024.0 / 1e6
}

/// The ports at which a process listens for IPv4.
pub fn ports(process: u32) -> Vec<u16> {
    let own: Vec<String> = fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    table
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        // proc_net_tcp: 0A is a listening socket, the tenth column its inode.
        .filter(|columns| columns[3] == "0A" && own.iter().any(|inode| inode == columns[9]))
        .map(|columns| u16::from_str_radix(columns[1].rsplit_once(':').unwrap().1, 16).unwrap())
        .collect()
}
