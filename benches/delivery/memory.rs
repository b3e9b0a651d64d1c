//! What downloads cost in memory while their readers are slow, and how quick the shop's pages stay.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bookplate::config::Backend;

use crate::load::{self, Asked, Counted};
use crate::shop::{OnSale, Shop};
use crate::usage;

/// How many slow downloads run at once.
const DOWNLOADS: usize = 500;
/// How much each reader takes in each turn, and how often a turn comes: some 100 KB/s, a slow telephone.
const SIP: usize = 10_000;
const TURN: Duration = Duration::from_millis(100);
/// How long they run before anything is measured.
const SETTLE: Duration = Duration::from_secs(5);

/// Slow downloads by the built-in, nginx and Apache.
pub fn run(files: &[OnSale<'_>], settings: &[(&str, &str)]) {
    println!("\nSlow readers: {DOWNLOADS} downloads of 1 GiB at about 100 KB/s each");
    for backend in [Backend::Builtin, Backend::Nginx, Backend::Apache] {
        let shop = Shop::open(backend, files, settings);
        // The doctor's first look, and what the start needed.
        std::thread::sleep(Duration::from_secs(10));
        let servers = shop.processes();
        let idle = usage::memory(&[shop.app.id()]);
        let page = [Asked::new("/", "")];
        let quiet = load::wrk(shop.address, &page, 1);
        let at_rest = usage::memory(&servers);
        let (at_most, rate, busy) = while_read(&shop, files[0].id, || {
            let busy = load::wrk(shop.address, &page, 1);
            (usage::memory(&servers), busy)
        });
        let each = (at_most - at_rest) / DOWNLOADS as f64 * 1000.0;
        println!(
            "  {:<10} the shop alone {idle:>5.1} MB after its start; {at_rest:>6.1} MB at rest, {at_most:>6.1} MB with them: {each:>5.0} KB each, at {:.0} KB/s each; \
             the home page: {}, with them {}",
            backend.as_str(),
            rate / 1e3,
            of_page(&quiet),
            of_page(&busy),
        );
    }
}

fn of_page(counted: &Counted) -> String {
    format!("{:.1} ms (p99 {:.1})", counted.median, counted.p99)
}

/// Does `work` while the slow readers read, and gives its result with the bytes a second that each of them had.
fn while_read<T>(shop: &Shop, id: &str, work: impl FnOnce() -> (f64, T)) -> (f64, f64, T) {
    let mut readers: Vec<TcpStream> = (0..DOWNLOADS)
        .map(|_| {
            let mut reader = TcpStream::connect(shop.address).unwrap();
            let (host, cookie) = (shop.address, &shop.cookie);
            let request = format!("GET /download/{id} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
            reader.write_all(request.as_bytes()).unwrap();
            let mut status = [0; 12];
            reader.read_exact(&mut status).unwrap();
            assert_eq!(&status, b"HTTP/1.1 200", "a reader was refused");
            reader.set_nonblocking(true).unwrap();
            reader
        })
        .collect();
    let (over, taken) = (AtomicBool::new(false), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut sip = vec![0; SIP];
            while !over.load(Ordering::Relaxed) {
                let turn = Instant::now();
                for reader in &mut readers {
                    match reader.read(&mut sip) {
                        Ok(0) => panic!("a download ended early"),
                        Ok(read) => drop(taken.fetch_add(read, Ordering::Relaxed)),
                        Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                        Err(error) => panic!("a download broke: {error}"),
                    }
                }
                std::thread::sleep(TURN.saturating_sub(turn.elapsed()));
            }
        });
        std::thread::sleep(SETTLE);
        let (memory, result) = work();
        let rate = taken.load(Ordering::Relaxed) as f64 / DOWNLOADS as f64 / start.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        assert!(rate > 50e3, "the downloads ran at {rate:.0} bytes a second each: too slow to mean anything");
        (memory, rate, result)
    })
}
