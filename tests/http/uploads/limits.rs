//! What is refused before its bytes travel.

use super::{TEXT, ask, begin, listed, send};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_file_that_can_t_be_taken_is_refused_before_its_bytes() {
    let shop = TestShop::with(|settings| settings.uploads.max_mib = 1).await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    for (name, length, status, sentence) in [
        ("Emma.pdf", (1 << 20) + 1, 413, "too large: this shop takes files of up to 1.0 MB"),
        ("Emma.pdf", 0, 422, "is empty"),
        ("Emma.exe", 5, 415, "of no kind that this shop takes"),
        ("Emma", 5, 415, "of no kind that this shop takes"),
        ("\u{202e}fdp.exe", 5, 415, "“fdp.exe”"),
        ("", 5, 400, "filename"),
    ] {
        ask(&pat, &emma, name, length).await.assert_status(status).assert_shows(sentence);
    }
    assert!(listed(&shop, &emma).is_empty());
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
    // Odd, and no harm: only ever data.
    let odd = format!("..\\a\0b\u{202e}{}.txt", "x".repeat(300));
    let upload = begin(&pat, &emma, &odd, TEXT.len()).await;
    send(&pat, &upload, 0, TEXT).await.assert_status(204);
    let kept = super::files(&shop, &emma).into_iter().find(|file| file.format == "txt").unwrap().file_name;
    assert!(kept.starts_with("a_bxxx") && kept.len() <= 200 && kept.ends_with(".txt"), "{kept}");
}

#[rocket::async_test]
async fn a_publisher_has_room_for_so_much_and_no_more() {
    let shop = TestShop::with(|settings| settings.uploads.account_gib = 1).await;
    let (pat, oz) = (shop.publisher("pat"), shop.publisher("oz"));
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let other = shop.book_of(oz.account.id, "Other").draft();
    begin(&pat, &emma, "one.txt", 1 << 29).await;
    let refusal = ask(&pat, &emma, "two.pdf", (1 << 29) + 1).await;
    refusal.assert_status(413).assert_shows("your titles may hold 1.1 GB in all, and 537 MB are left");
    begin(&oz, &other, "two.pdf", 1 << 29).await;
    // Whoever of the shop brings it: the room is the publisher's.
    ask(&shop.admin("ada"), &emma, "two.pdf", (1 << 29) + 1).await.assert_status(413);
}

#[rocket::async_test]
async fn the_shop_has_room_for_so_much_and_no_more() {
    let shop = TestShop::with(|settings| {
        settings.uploads.account_gib = 0;
        settings.uploads.shop_gib = 1;
    });
    let shop = shop.await;
    let (pat, oz) = (shop.publisher("pat"), shop.publisher("oz"));
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let other = shop.book_of(oz.account.id, "Other").draft();
    begin(&pat, &emma, "one.txt", 1 << 29).await;
    let refusal = ask(&oz, &other, "two.pdf", 1 << 29).await;
    refusal.assert_status(413).assert_shows("The shop has no room left");
}

#[rocket::async_test]
async fn a_disk_without_room_refuses_before_the_bytes() {
    let shop = TestShop::with(|settings| {
        settings.uploads.max_mib = 1 << 20;
        settings.uploads.account_gib = 0;
    });
    let shop = shop.await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let room = usize::try_from(shop.store.room().unwrap()).unwrap();
    let most = 1_usize << 40;
    assert!(room < most, "this test wants a disk with less than a TiB free");
    ask(&pat, &emma, "Emma.pdf", most).await.assert_status(507).assert_shows("disk is full");
    assert!(listed(&shop, &emma).is_empty());
}
