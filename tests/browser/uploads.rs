//! Files that a publisher brings in a real browser, over a connection that breaks and to a shop that goes down.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::browser::{Browser, Look};
use crate::shop::Shop;

/// A line to the shop that is slow and can be cut.
struct Line {
    base: String,
    /// How many bytes went to the shop.
    sent: Arc<AtomicU64>,
    /// The connections that are open.
    open: Arc<Mutex<Vec<Weak<TcpStream>>>>,
    over: Arc<AtomicBool>,
}

impl Line {
    /// A line to the shop at `base` that carries so many bytes a second and connection.
    fn to(base: &str, speed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            sent: Arc::default(),
            open: Arc::default(),
            over: Arc::default(),
        };
        let (sent, open, over) = (line.sent.clone(), line.open.clone(), line.over.clone());
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
                let (up, back) = (near.clone(), far.clone());
                let sent = sent.clone();
                std::thread::spawn(move || carry(&up, &far, Some((&*sent, speed))));
                std::thread::spawn(move || carry(&back, &near, None));
            }
        });
        line
    }

    /// Cuts every connection that is open.
    fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..).filter_map(|stream| stream.upgrade()) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Waits until so many bytes went to the shop from this page.
    fn wait_for(&self, bytes: u64, page: &Browser, shop: &Shop) {
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

fn carry(mut from: &TcpStream, mut to: &TcpStream, counted: Option<(&AtomicU64, u64)>) {
    let mut block = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut block) {
        if to.write_all(&block[..read]).is_err() {
            break;
        }
        if let Some((sent, speed)) = counted {
            sent.fetch_add(read as u64, Ordering::SeqCst);
            std::thread::sleep(Duration::from_micros(read as u64 * 1_000_000 / speed));
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// A file of so many MB in which no two places look alike, and its SHA-256.
fn a_file(path: &Path, megabytes: u64) -> Vec<u8> {
    let (mut file, mut hash) = (std::fs::File::create(path).unwrap(), Sha256::new());
    for number in 0..megabytes {
        let block: Vec<u8> = (0..125_000_u64)
            .flat_map(|place| (number * 125_000 + place).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes())
            .collect();
        file.write_all(&block).unwrap();
        hash.update(&block);
    }
    hash.finalize().to_vec()
}

/// `BOOKPLATE_TEST_UPLOAD_MB` makes the file larger, for a look by hand.
#[test]
fn a_file_arrives_whole_over_a_line_that_breaks_twice_and_a_shop_that_goes_down() {
    let megabytes: u64 = std::env::var("BOOKPLATE_TEST_UPLOAD_MB").map_or(24, |text| text.parse().unwrap());
    let size = megabytes * 1_000_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("The Long Way.txt");
    let sha256 = a_file(&path, megabytes);

    let mut shop = Shop::start();
    let line = Line::to(&shop.base, size / 8);
    let admin = Browser::open(&line.base, Look::DESKTOP);
    admin.sign_in(&shop.admin());
    admin.fill_new_title("The Long Way");
    let before = line.sent.load(Ordering::SeqCst);
    admin.choose("#upload-files", &[&path]);
    for part in 1..=2 {
        line.wait_for(before + size * part / 5, &admin, &shop);
        line.cut();
    }
    line.wait_for(before + size * 3 / 5, &admin, &shop);
    shop.restart();
    line.cut();
    // A tab that is closed, and the same file chosen again.
    line.wait_for(before + size * 4 / 5, &admin, &shop);
    admin.goto("/publish");
    admin.click_on("The Long Way");
    admin.wait_for_text("On their way");
    admin.choose("#upload-files", &[&path]);
    admin.wait_for(".desk-file a[href^='/download/']");
    let carried = line.sent.load(Ordering::SeqCst) - before;
    assert!(carried < size * 2, "{carried} bytes were sent for {size}: it was begun anew");
    admin.click_on("Publish");
    admin.wait_for_text("Published");

    let customer = shop.visitor(Look::DESKTOP);
    customer.sign_in(&shop.customer());
    customer.goto("/books?q=Long+Way");
    customer.click(".card-title a");
    customer.click_on("Add to cart");
    customer.click_on("Check out");
    customer.click_on("Pay");
    customer.wait_for_text("This is not a real payment page");
    customer.click_on("Pay");
    customer.wait_for_text("Thank you");
    customer.click("main a[href^='/download/']");
    assert_eq!(hash_of(&customer.saved_path()), sha256);
}

fn hash_of(path: &Path) -> Vec<u8> {
    let mut file = std::fs::File::open(path).unwrap();
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    while let read @ 1.. = file.read(&mut block).unwrap() {
        hash.update(&block[..read]);
    }
    hash.finalize().to_vec()
}

#[test]
fn an_upload_pauses_goes_on_and_says_what_could_not_be_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (large, odd) = (folder.path().join("Large.txt"), folder.path().join("Odd.exe"));
    a_file(&large, 12);
    std::fs::write(&odd, "MZ").unwrap();
    let shop = Shop::start();
    let line = Line::to(&shop.base, 3_000_000);
    let publisher = Browser::open(&line.base, Look::PHONE);
    publisher.sign_in(&shop.publisher());
    publisher.fill_new_title("Paused");
    let before = line.sent.load(Ordering::SeqCst);
    publisher.choose("#upload-files", &[&large, &odd]);
    publisher.wait_for_text("This shop does not take files of this kind.");
    line.wait_for(before + 3_000_000, &publisher, &shop);
    publisher.click_on("Pause");
    publisher.wait_for_text("Paused.");
    publisher.click_on("Go on");
    publisher.wait_for_text("Added.");
    publisher.goto(&publisher.path());
    publisher.wait_for_text("Large.txt");
    assert!(publisher.has(".desk-file a[href^='/download/']"));
    assert_eq!(publisher.complaints(), [""; 0]);
}

#[test]
fn files_are_brought_without_javascript_too() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("One.txt"), folder.path().join("Two.fb2"));
    std::fs::write(&one, "one").unwrap();
    std::fs::write(&two, "two").unwrap();
    let shop = Shop::start();
    let publisher = shop.visitor(Look::PHONE.without_javascript());
    publisher.sign_in(&shop.publisher());
    publisher.fill_new_title("Plain");
    publisher.choose("#upload-files", &[&one, &two]);
    publisher.click_on("Upload");
    publisher.wait_for_text("2 files are added.");
    assert!(publisher.has(".desk-file a[href^='/download/']"));
}
