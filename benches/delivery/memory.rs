//! What downloads cost in memory while their readers are slow.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::shop::Shop;

/// How long the slow downloads run.
const TIME: Duration = Duration::from_secs(15);
/// How much each reader takes in each turn, and how often a turn comes: about 1 MB/s.
const SIP: usize = 100_000;
const TURN: Duration = Duration::from_millis(100);

/// Resident memory, in MB (10⁶ bytes).
pub struct Used {
    pub downloads: usize,
    pub at_rest: f64,
    pub at_most: f64,
}

impl Used {
    /// What one download adds.
    pub fn each(&self) -> f64 {
        (self.at_most - self.at_rest) / self.downloads as f64
    }
}

/// Downloads the file `id` on `count` connections at once, slowly, and watches the program's memory.
pub fn of_slow_downloads(shop: &Shop, id: &str, count: usize) -> Used {
    let at_rest = resident(shop.app.id());
    let mut readers: Vec<TcpStream> = (0..count)
        .map(|_| {
            let mut reader = TcpStream::connect(shop.address).unwrap();
            let (host, cookie) = (shop.address, &shop.cookie);
            let request = format!("GET /download/{id} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
            reader.write_all(request.as_bytes()).unwrap();
            reader.set_nonblocking(true).unwrap();
            reader
        })
        .collect();
    let mut sip = vec![0; SIP];
    let mut at_most: f64 = 0.0;
    let mut taken = 0;
    let start = Instant::now();
    while start.elapsed() < TIME {
        let turn = Instant::now();
        for reader in &mut readers {
            match reader.read(&mut sip) {
                Ok(0) => panic!("a download ended early"),
                Ok(read) => taken += read,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("a download broke: {error}"),
            }
        }
        at_most = at_most.max(resident(shop.app.id()));
        std::thread::sleep(TURN.saturating_sub(turn.elapsed()));
    }
    let rate = taken as f64 / count as f64 / start.elapsed().as_secs_f64() / 1e6;
    assert!(rate > 0.3, "the downloads ran at {rate:.2} MB/s each: too slow to mean anything");
    Used { downloads: count, at_rest, at_most }
}

/// The resident memory of a process, in MB.
fn resident(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().unwrap();
    kib * 1024.0 / 1e6
}
