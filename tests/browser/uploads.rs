//! Files that a publisher brings in a real browser, over a connection that breaks and to a shop that goes down.

use std::sync::atomic::Ordering;

use crate::browser::{Browser, Look};
use crate::files::{a_file, hash_of};
use crate::line::Line;
use crate::shop::Shop;

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
