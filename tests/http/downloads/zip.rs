//! All of a reader's books in one zip.

use std::io::{Cursor, Read as _};

use bookplate::downloads::{Delivered, Download, Outcome};
use bookplate::orders::OrderStatus;

use crate::support::{Browser, TestShop};

const ALL: &str = "/library/all.zip";

fn names_and_bytes(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ::zip::ZipArchive::new(Cursor::new(zip)).expect("it opens");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("the checks hold");
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

async fn part(browser: &Browser<'_>, range: &str, etag: &str) -> Vec<u8> {
    let answer = browser.get_with(ALL, &[("Range", range), ("If-Range", etag)]).await;
    answer.assert_status(206);
    answer.body
}

#[rocket::async_test]
async fn all_books_come_in_one_zip_that_can_be_paused() {
    let shop = TestShop::new().await;
    let book: Vec<u8> = (0..50_000_u32).flat_map(u32::to_be_bytes).collect();
    let emma = shop.book("Emma").file("Emma.pdf", &book).file("Emma.txt", b"text").publish();
    let aerger = shop.book("Ärger").file("Emma.pdf", b"%PDF-1.7 another of this name").publish();
    let other = shop.book("Not bought").publish();
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma, &aerger], OrderStatus::Paid);
    let whole = jane.get(ALL).await;
    whole.assert_status(200);
    assert_eq!(whole.header("Content-Type"), Some("application/zip"));
    let files = names_and_bytes(&whole.body);
    let mut names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Emma (2).pdf", "Emma.pdf", "Emma.txt"]);
    assert!(files.iter().any(|(_, bytes)| *bytes == book));
    assert!(!whole.text().contains(&other.slug));

    let head = jane.head(ALL).await;
    let etag = whole.header("ETag").unwrap();
    assert_eq!((head.header("ETag"), head.body.len()), (Some(etag), 0));
    let middle = whole.body.len() / 2;
    let first = part(&jane, &format!("bytes=0-{}", middle - 1), etag).await;
    let second = part(&jane, &format!("bytes={middle}-"), etag).await;
    assert!([first, second].concat() == whole.body, "the same bytes each time");
    jane.get_with(ALL, &[("If-None-Match", etag)]).await.assert_status(304);
    let unsatisfiable = jane.get_with(ALL, &[("Range", "bytes=99999999-")]).await;
    unsatisfiable.assert_status(416);

    let rows = shop.run(move |conn| Delivered::of_order(conn, order, 10));
    assert_eq!(rows.len(), 3, "each file is a download of its own");
    assert!(rows.iter().all(|row| row.completed_at.is_some()));

    // What is closed is not in it any more, and a paused zip begins anew.
    shop.close_item(order, &aerger);
    let later = jane.get_with(ALL, &[("Range", "bytes=100-"), ("If-Range", etag)]).await;
    later.assert_status(200);
    assert_eq!(names_and_bytes(&later.body).len(), 2);
}

#[rocket::async_test]
async fn a_part_of_the_zip_is_noted_for_the_books_in_it_alone() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", &[b' '; 10_000]).publish();
    let other = shop.book("Persuasion").file("Persuasion.pdf", &[b' '; 10_000]).publish();
    let guest = shop.bearer_of(shop.order(None, &[&emma, &other], OrderStatus::Paid));
    guest.get_with(ALL, &[("Range", "bytes=0-999")]).await.assert_status(206);
    let rows = shop.run(|conn| Download::newest(conn, 10));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].outcome, Some(Outcome::Partial));
    shop.browser().get(ALL).await.assert_status(401);
}

#[rocket::async_test]
async fn what_came_in_is_not_read_once_more_before_the_zip_begins() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", b"%PDF-1.7 Emma").publish();
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    let path = shop.store.local().unwrap().path_of(&emma.files[0].storage_key.parse().unwrap());
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    let etag = guest.head(ALL).await.assert_status(200).header("ETag").unwrap().to_owned();
    std::fs::rename(&away, &path).unwrap();
    let whole = guest.get(ALL).await;
    assert_eq!(whole.header("ETag"), Some(etag.as_str()));
    assert_eq!(names_and_bytes(&whole.body), [("Emma.pdf".to_owned(), b"%PDF-1.7 Emma".to_vec())]);

    // An older file, of which it isn't known, is read once, and never again.
    shop.run(|conn| {
        use diesel::prelude::*;
        diesel::delete(bookplate::db::schema::file_checks::table).execute(conn)
    });
    std::fs::rename(&path, &away).unwrap();
    guest.head(ALL).await.assert_status(502);
    std::fs::rename(&away, &path).unwrap();
    assert_eq!(guest.get(ALL).await.assert_status(200).body, whole.body);
    std::fs::rename(&path, &away).unwrap();
    guest.head(ALL).await.assert_status(200);
}
