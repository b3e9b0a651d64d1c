//! What downloads cost in memory while their readers are slow, and how quick the shop's pages stay.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bookplate::config::Backend;

use crate::load::{self, Asked, Counted};
use crate::peers::Peer;
use crate::shop::{OnSale, Shop};
use crate::usage;

/// How many slow downloads run at once.
const DOWNLOADS: usize = 500;
/// How much each reader takes in each turn, and how often a turn comes: some 100 KB/s, a slow telephone.
const SIP: usize = 10_000;
const TURN: Duration = Duration::from_millis(100);
/// How long they run before anything is measured.
const SETTLE: Duration = Duration::from_secs(5);

/// Slow downloads by the built-in, nginx and Apache, and by these two of files that they serve by themselves.
pub fn run(files: &[OnSale<'_>], settings: &[(&str, &str)]) {
    println!("\nSlow readers: {DOWNLOADS} downloads of 1 GiB at about 100 KB/s each");
    for backend in [Backend::Builtin, Backend::Nginx, Backend::Apache] {
        let shop = Shop::open(backend, files, settings);
        // The doctor's first look, and what the start needed.
        std::thread::sleep(Duration::from_secs(10));
        let (app, servers) = usage::apart(&shop);
        let idle = usage::memory(&app);
        let page = [Asked::new("/", "")];
        let quiet = load::wrk(shop.address, &page, 1);
        let memory = || (usage::memory(&app), usage::memory(&servers));
        let at_rest = memory();
        let asked = Asked::new(format!("/download/{}", files[0].id), &shop.cookie);
        let (with_them, busy) = while_read(shop.address, &asked, || {
            let busy = load::wrk(shop.address, &page, 1);
            (memory(), busy)
        });
        println!(
            "  {:<10} the shop {idle:.1} MB after its start, {:.1} at rest, {:.1} with them: {:.0} KB each; \
             the home page: {}, with them {}",
            backend.as_str(),
            at_rest.0,
            with_them.0,
            each(at_rest.0, with_them.0),
            of_page(&quiet),
            of_page(&busy),
        );
        let handed_off = (at_rest.1, with_them.1);
        let peer = match backend {
            Backend::Nginx => Peer::nginx(&shop),
            Backend::Apache => Peer::apache(&shop),
            _ => continue,
        };
        let plain = Asked::new(format!("/{}", shop.key(files[0].id)), "");
        let own = [peer.server.id()];
        // As the one in front of the shop, it has answered something before.
        load::curls(peer.address, &plain, 1);
        let at_rest = usage::memory(&own);
        let with_them = while_read(peer.address, &plain, || usage::memory(&own));
        println!(
            "  {:<10} the web server {:.1} and {:.1} MB: {:.0} KB each; with its own files {:.1} and {:.1} MB: {:.0} KB each",
            "",
            handed_off.0,
            handed_off.1,
            each(handed_off.0, handed_off.1),
            at_rest,
            with_them,
            each(at_rest, with_them)
        );
    }
}

/// What each download takes, in KB.
fn each(at_rest: f64, with_them: f64) -> f64 {
    (with_them - at_rest) / DOWNLOADS as f64 * 1000.0
}

fn of_page(counted: &Counted) -> String {
    format!("{:.1} ms (p99 {:.1})", counted.median, counted.p99)
}

/// Does `work` while the slow readers read at a slow telephone's rate, and gives its result.
fn while_read<T>(server: SocketAddr, asked: &Asked, work: impl FnOnce() -> T) -> T {
    let mut readers: Vec<TcpStream> = (0..DOWNLOADS)
        .map(|_| {
            let mut reader = TcpStream::connect(server).unwrap();
            let Asked { path, cookie } = asked;
            let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nCookie: {cookie}\r\n\r\n");
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
        let result = work();
        let rate = taken.load(Ordering::Relaxed) as f64 / DOWNLOADS as f64 / start.elapsed().as_secs_f64();
        over.store(true, Ordering::Relaxed);
        assert!(rate > 50e3, "the downloads ran at {rate:.0} bytes a second each: too slow to mean anything");
        result
    })
}
