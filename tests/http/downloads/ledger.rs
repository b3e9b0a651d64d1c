//! What the ledger notes, and that a download doesn't depend on it.

use bookplate::downloads::{Download, Method};
use bookplate::orders::OrderStatus;
use diesel::prelude::*;

use crate::support::{TestBook, TestShop};

const PDF: &[u8] = b"%PDF-1.7 the whole of Emma";

fn emma(shop: &TestShop) -> TestBook {
    shop.book("Emma").file("Emma.pdf", PDF).publish()
}

#[rocket::async_test]
async fn a_row_says_who_asked_for_what_and_by_which_order() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    jane.get(&emma.download("pdf")).await.assert_sends(PDF);

    let rows = shop.run(|conn| Download::newest(conn, 10));
    let [row] = rows.as_slice() else { panic!("one row, but {rows:?}") };
    assert_eq!((row.file_id, row.book_id), (emma.files[0].id, emma.id));
    assert_eq!((row.account_id, row.order_id), (Some(jane.account.id), Some(order)));
    assert_eq!((row.at, row.backend.as_str(), row.method), (shop.clock.now(), "builtin", Method::Get));
}

#[rocket::async_test]
async fn looking_at_the_headers_is_marked_as_that() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    let answer = guest.head(&emma.download("pdf")).await;
    answer.assert_status(200);
    assert!(answer.body.is_empty());
    let rows = shop.run(|conn| Download::newest(conn, 10));
    assert_eq!(rows.iter().map(|row| row.method).collect::<Vec<_>>(), [Method::Head]);
    assert_eq!(rows[0].account_id, None);
}

#[rocket::async_test]
async fn a_header_of_any_length_has_room_in_the_ledger() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    let range = format!("bytes=0-1{}", ",".repeat(5000));
    guest.get_with(&emma.download("pdf"), &[("Range", &range)]).await.assert_sends(PDF);
    let rows = shop.run(|conn| Download::newest(conn, 1));
    assert_eq!(rows[0].range.as_deref(), Some(&range[..200]));
}

#[rocket::async_test]
async fn a_ledger_that_cannot_be_written_stops_no_download() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    shop.run(|conn| diesel::sql_query("ALTER TABLE downloads RENAME TO lost").execute(conn));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    shop.run(|conn| diesel::sql_query("ALTER TABLE lost RENAME TO downloads").execute(conn));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    assert_eq!(shop.run(|conn| Download::newest(conn, 10)).len(), 1, "the ledger goes on");
}

/// Keeps the ledger from being written until the answer is called.
fn hold(shop: &TestShop) -> impl FnOnce() {
    let (locked, is_locked) = std::sync::mpsc::channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let db = shop.db.clone();
    let writer = std::thread::spawn(move || {
        let is_sqlite = db.is_sqlite();
        db.write_blocking(move |conn| {
            if !is_sqlite {
                diesel::sql_query("LOCK TABLE downloads IN EXCLUSIVE MODE").execute(conn)?;
            }
            locked.send(()).unwrap();
            let _ = released.recv();
            QueryResult::Ok(())
        })
    });
    is_locked.recv().unwrap();
    move || {
        release.send(()).unwrap();
        writer.join().unwrap().unwrap();
    }
}

#[rocket::async_test]
async fn a_ledger_that_takes_too_long_stops_no_download() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    let release = hold(&shop);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    release();
}

#[rocket::async_test]
async fn a_row_that_cannot_be_written_takes_no_other_with_it() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    shop.run(|conn| diesel::sql_query("CREATE UNIQUE INDEX once ON downloads (range)").execute(conn));
    let release = hold(&shop);
    // The writer is stuck with the first; the others wait, and are written together.
    for range in ["bytes=0-0", "bytes=1-1", "bytes=1-1", "bytes=2-2"] {
        guest.get_with(&emma.download("pdf"), &[("Range", range)]).await.assert_status(206);
    }
    release();
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    let rows = shop.run(|conn| Download::newest(conn, 10));
    let ranges: Vec<Option<&str>> = rows.iter().rev().map(|row| row.range.as_deref()).collect();
    assert_eq!(ranges, [Some("bytes=0-0"), Some("bytes=1-1"), Some("bytes=2-2"), None]);
}

#[rocket::async_test]
async fn whatever_is_not_asked_by_get_or_head_is_refused_and_not_noted() {
    use rocket::http::Method::{Delete, Options, Patch, Post, Put};
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    for method in [Delete, Options, Patch, Post, Put] {
        let headers = [("Sec-Fetch-Site", "same-origin")];
        let answer = guest.send(method, &emma.download("pdf"), &headers, None).await;
        answer.assert_status(405);
        assert_eq!(answer.header("Allow"), Some("GET, HEAD"), "{method}");
    }
    assert_eq!(shop.run(|conn| Download::newest(conn, 10)), []);
}
