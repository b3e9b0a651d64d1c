//! A line between a browser and the shop that is slow and breaks.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::shop::Shop;

/// A line to the shop that is slow and can be cut.
pub struct Line {
    /// The address of its near end.
    pub base: String,
    /// How many bytes went to the shop.
    pub sent: Arc<AtomicU64>,
    /// How many came from it.
    pub received: Arc<AtomicU64>,
    /// The connections that are open.
    open: Arc<Mutex<Vec<Weak<TcpStream>>>>,
    over: Arc<AtomicBool>,
}

impl Line {
    /// A line to the shop at `base` that carries so many bytes a second and connection to it.
    pub fn to(base: &str, speed: u64) -> Self {
        Self::of(base, Some(speed), None)
    }

    /// One that carries so many bytes a second and connection back from it.
    pub fn from(base: &str, speed: u64) -> Self {
        Self::of(base, None, Some(speed))
    }

    fn of(base: &str, up: Option<u64>, down: Option<u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            sent: Arc::default(),
            received: Arc::default(),
            open: Arc::default(),
            over: Arc::default(),
        };
        let (sent, received) = (line.sent.clone(), line.received.clone());
        let (open, over) = (line.open.clone(), line.over.clone());
        let shop = base.trim_start_matches("http://").to_owned();
        std::thread::spawn(move || {
            for near in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(near), Ok(far)) = (near, TcpStream::connect(&shop)) else { continue };
                let (near, far) = (Arc::new(near), Arc::new(far));
                // Weak: when both ways have ended the sockets close, and whoever still sends hears of it.
                open.lock().unwrap().extend([Arc::downgrade(&near), Arc::downgrade(&far)]);
                let (from_near, from_far) = (near.clone(), far.clone());
                let (sent, received) = (sent.clone(), received.clone());
                std::thread::spawn(move || carry(&from_near, &far, &sent, up));
                std::thread::spawn(move || carry(&from_far, &near, &received, down));
            }
        });
        line
    }

    /// Cuts every connection that is open.
    pub fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..).filter_map(|stream| stream.upgrade()) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Waits until so many bytes went to the shop from this page.
    pub fn wait_for(&self, bytes: u64, page: &Browser, shop: &Shop) {
        // A cut while the window was shut is told by the kernel's next probe, which can be two minutes away.
        let end = Instant::now() + Duration::from_secs(420);
        while self.sent.load(Ordering::SeqCst) < bytes {
            assert!(
                Instant::now() < end,
                "only {} bytes went to the shop; the page says {}, and the shop:\n{}",
                self.sent.load(Ordering::SeqCst),
                page.run("return document.querySelector('.upload-list').innerText"),
                shop.said()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.cut();
        let _ = TcpStream::connect(self.base.trim_start_matches("http://"));
    }
}

fn carry(mut from: &TcpStream, mut to: &TcpStream, carried: &AtomicU64, speed: Option<u64>) {
    let mut block = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut block) {
        if to.write_all(&block[..read]).is_err() {
            break;
        }
        carried.fetch_add(read as u64, Ordering::SeqCst);
        if let Some(speed) = speed {
            std::thread::sleep(Duration::from_micros(read as u64 * 1_000_000 / speed));
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
