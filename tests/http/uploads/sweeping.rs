//! What nobody goes on with is cleared away, and nothing else.

use std::time::Duration;

use bookplate::jobs::Jobs;
use bookplate::uploads::sweep;
use chrono::TimeDelta;
use rocket::http::Method;

use super::{FROM_THE_PAGE, TEXT, begin, crc32, files, intake, listed, offset, send};
use crate::support::TestShop;

async fn run(shop: &TestShop, task: &str) {
    shop.client.rocket().state::<Jobs>().unwrap().run_once(task).await.unwrap();
}

#[rocket::async_test]
async fn an_upload_that_nobody_goes_on_with_is_forgotten_with_its_bytes() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let forgotten = begin(&pat, &emma, "forgotten.txt", TEXT.len()).await;
    send(&pat, &forgotten, 0, &TEXT[..5]).await.assert_status(204);
    shop.clock.advance(TimeDelta::hours(100));
    let kept = begin(&pat, &emma, "kept.txt", TEXT.len()).await;
    send(&pat, &kept, 0, &TEXT[..5]).await.assert_status(204);
    shop.clock.advance(TimeDelta::hours(69));
    // Over, though nothing was cleared away yet.
    pat.send_bytes(Method::Head, &forgotten, &FROM_THE_PAGE, b"").await.assert_status(410);
    send(&pat, &forgotten, 5, &TEXT[5..]).await.assert_status(410);
    run(&shop, sweep::TASK).await;
    pat.send_bytes(Method::Head, &forgotten, &FROM_THE_PAGE, b"").await.assert_status(404);
    assert_eq!(shop.store.parts().unwrap(), [kept.rsplit('/').next().unwrap()]);
    assert_eq!(offset(&pat, &kept).await, 5);
    send(&pat, &kept, 5, &TEXT[5..]).await.assert_status(204);
}

#[rocket::async_test]
async fn bytes_whose_upload_is_gone_are_removed() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let upload = begin(&pat, &emma, "Emma.txt", TEXT.len()).await;
    send(&pat, &upload, 0, &TEXT[..5]).await.assert_status(204);
    let id = listed(&shop, &emma)[0].id;
    shop.run(move |conn| bookplate::uploads::Upload::remove(conn, id));
    run(&shop, sweep::TASK).await;
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
}

#[rocket::async_test]
async fn a_file_without_a_row_is_removed_after_its_time_and_one_with_a_row_stays() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").file("Emma.txt", TEXT).draft();
    let stray = shop.store.put(&b"nobody's"[..], "txt").unwrap().key;
    let sweep = |days| {
        shop.clock.advance(TimeDelta::days(days));
        let intake = intake(&shop);
        intake.remove_strays(TimeDelta::days(2), Duration::ZERO).unwrap()
    };
    assert_eq!(sweep(0), 0);
    assert_eq!(sweep(1), 0);
    // Wanted again, and given up again: its time begins anew.
    let upload = begin(&pat, &emma, "other.fb2", 8).await;
    send(&pat, &upload, 0, b"nobody's").await.assert_status(204);
    let file = files(&shop, &emma).into_iter().find(|file| file.format == "fb2").unwrap();
    assert_eq!(sweep(5), 1, "the stray, whose ending differs");
    let remove = format!("/publish/titles/{}/files/{}/remove", emma.public_id, file.public_id);
    pat.post(&remove, &[]).await.assert_status(303);
    assert_eq!(sweep(5), 0);
    assert_eq!(sweep(3), 1);
    assert!(!shop.store.local().unwrap().path_of(&stray).exists());
    let text = files(&shop, &emma).into_iter().find(|file| file.format == "txt").unwrap();
    pat.get(&format!("/download/{}", text.public_id)).await.assert_sends(TEXT);
}

#[rocket::async_test]
async fn an_upload_that_was_cut_off_before_its_end_is_finished_by_itself() {
    use bookplate::db::schema::{file_checks, uploads};
    use diesel::prelude::*;

    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    for (name, kept) in [("before.txt", false), ("after.fb2", true)] {
        // As the program leaves it when it dies before, or after, the store has taken the file.
        let upload = begin(&pat, &emma, name, TEXT.len()).await;
        let mut part = shop.store.open_part(upload.rsplit('/').next().unwrap()).unwrap();
        part.resume(0, "").unwrap();
        part.append(TEXT).unwrap();
        let (state, length) = (part.state(), i64::try_from(TEXT.len()).unwrap());
        let key = if kept {
            part.keep("fb2").unwrap().key.to_string()
        } else {
            drop(part);
            String::new()
        };
        let row = listed(&shop, &emma)[0].id;
        shop.run(move |conn| {
            diesel::update(uploads::table.find(row))
                .set((
                    uploads::received.eq(length),
                    uploads::hash_state.eq(state),
                    uploads::storage_key.eq(key),
                ))
                .execute(conn)
        });
        run(&shop, sweep::TASK).await;
        let file = files(&shop, &emma).into_iter().find(|file| file.file_name == name).unwrap();
        pat.get(&format!("/download/{}", file.public_id)).await.assert_sends(TEXT);
        assert_eq!(crc32(&shop, &file), Some(crc32fast::hash(TEXT)), "{name}");
        shop.run(|conn| diesel::delete(file_checks::table).execute(conn));
        assert_eq!(shop.store.parts().unwrap(), [""; 0]);
    }
}

#[test]
fn every_table_that_names_a_file_of_the_store_is_asked_before_one_is_removed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let sweep = std::fs::read_to_string(root.join("src/uploads/sweep.rs")).unwrap();
    let mut tables = 0;
    for entry in std::fs::read_dir(root.join("src/db/schema")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for table in text.split("diesel::table! {").skip(1) {
            let table = table.split("diesel::").next().unwrap();
            if table.contains("storage_key ->") {
                let name = table.split_whitespace().next().unwrap();
                assert!(sweep.contains(&format!("{name}::storage_key")), "{name} is not asked");
                tables += 1;
            }
        }
    }
    assert!(tables >= 4, "the schema was not read");
}
