//! A download that is paused in a real browser, and goes on over another connection to a shop that was restarted.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::browser::{Browser, Look};
use crate::files::{a_file, hash_of};
use crate::line::Line;
use crate::shop::Shop;

/// Clicks the button by which Chromium's own page of downloads pauses and goes on, if it says so.
fn press(browser: &Browser, words: &str) -> bool {
    let script = format!(
        "const item = document.querySelector('downloads-manager').shadowRoot.querySelector('downloads-item'); \
         const button = item?.shadowRoot.querySelector('#pause-or-resume'); \
         if (!button || button.hidden || button.innerText.trim() !== '{words}') return false; \
         button.click(); return true;"
    );
    browser.run(&script).as_bool().unwrap_or_default()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(120);
    while !holds() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_paused_download_goes_on_where_it_stopped() {
    let megabytes = 24;
    let size = megabytes * 1_000_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("The Long Way.txt");
    let sha256 = a_file(&path, megabytes);
    let mut shop = Shop::start();
    let desk = shop.visitor(Look::DESKTOP);
    desk.sign_in(&shop.admin());
    desk.fill_new_title("The Long Way");
    desk.choose("#upload-files", &[&path]);
    desk.wait_for(".desk-file a[href^='/download/']");
    let title = desk.path();

    // Its connections carry the book in 12 seconds.
    let line = Line::from(&shop.base, size / 12);
    let reader = Browser::open(&line.base, Look::DESKTOP);
    reader.sign_in(&shop.admin());
    reader.goto(&title);
    let before = line.received.load(Ordering::SeqCst);
    let received = || line.received.load(Ordering::SeqCst) - before;
    reader.click(".desk-file a[href^='/download/']");
    reader.goto("chrome://downloads/");
    wait_until("a download to pause", || press(&reader, "Pause"));
    wait_until("the end of what was on its way", || {
        let then = received();
        std::thread::sleep(Duration::from_secs(1));
        received() == then
    });
    assert!(received() < size, "it was paused too late to go on");
    shop.restart();
    line.cut();
    wait_until("a download to go on with", || press(&reader, "Resume"));
    assert_eq!(hash_of(&reader.saved_path()), sha256);
    assert!(received() < size * 3 / 2, "{} bytes came of {size}: it was begun anew", received());
}
