//! The tus protocol, request by request.

use rocket::http::Method;

use super::{FROM_THE_PAGE, TEXT, ask, begin, crc32, endpoint, files, listed, offset, send, send_with};
use crate::support::{TestBook, TestShop};

fn draft(shop: &TestShop, publisher: bookplate::accounts::AccountId) -> TestBook {
    shop.book_of(publisher, "Emma").draft()
}

#[rocket::async_test]
async fn a_file_that_comes_in_parts_is_a_file_of_the_title_at_its_end() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let upload = begin(&pat, &emma, "../Emma.TXT", TEXT.len()).await;
    assert!(upload.starts_with(&format!("{}/", endpoint(&emma))), "{upload}");
    assert_eq!(offset(&pat, &upload).await, 0);

    let first = send(&pat, &upload, 0, &TEXT[..10]).await;
    first.assert_status(204);
    assert_eq!(first.header("Upload-Offset"), Some("10"));
    assert_eq!(first.header("Tus-Resumable"), Some("1.0.0"));
    assert!(first.header("Upload-Expires").unwrap().ends_with(" GMT"));
    assert_eq!(offset(&pat, &upload).await, 10);
    pat.get(&format!("/publish/titles/{}", emma.public_id))
        .await
        .assert_shows("14 %")
        .assert_shows("Emma.TXT");
    assert!(files(&shop, &emma).iter().all(|file| file.format != "txt"));

    send(&pat, &upload, 10, &TEXT[10..40]).await.assert_status(204);
    let last = send(&pat, &upload, 40, &TEXT[40..]).await;
    assert_eq!(last.assert_status(204).header("Upload-Offset"), Some(TEXT.len().to_string().as_str()));

    let file = files(&shop, &emma).into_iter().find(|file| file.format == "txt").unwrap();
    assert_eq!((file.file_name.as_str(), file.is_sample), ("Emma.TXT", false));
    pat.get(&format!("/download/{}", file.public_id)).await.assert_sends(TEXT);
    assert_eq!(crc32(&shop, &file), Some(crc32fast::hash(TEXT)));
    // Whoever did not hear of the end hears of it when asking again.
    assert_eq!(offset(&pat, &upload).await, TEXT.len());
    send(&pat, &upload, TEXT.len(), b"").await.assert_status(204);
    assert!(listed(&shop, &emma).is_empty());
}

#[rocket::async_test]
async fn a_new_file_takes_the_place_of_the_one_of_its_format() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma =
        shop.book_of(pat.account.id, "Emma").file("old.txt", b"old").sample("s.txt", b"sample").draft();
    let upload = begin(&pat, &emma, "new.txt", TEXT.len()).await;
    send(&pat, &upload, 0, TEXT).await.assert_status(204);
    let there: Vec<_> =
        files(&shop, &emma).into_iter().map(|file| (file.file_name, file.is_sample)).collect();
    assert_eq!(there, [("new.txt".to_owned(), false), ("s.txt".to_owned(), true)]);
}

#[rocket::async_test]
async fn what_is_spoken_is_told_to_whoever_asks() {
    let shop = TestShop::new().await;
    let answer = shop.browser().send_bytes(Method::Options, "/publish/uploads/x", &[], b"").await;
    answer.assert_status(204);
    for (name, value) in [
        ("Tus-Resumable", "1.0.0"),
        ("Tus-Version", "1.0.0"),
        ("Tus-Extension", "creation,creation-with-upload,termination,checksum,expiration"),
        ("Tus-Max-Size", "4294967296"),
        ("Tus-Checksum-Algorithm", "sha1,sha256"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
}

#[rocket::async_test]
async fn a_request_that_does_not_fit_is_refused_with_its_status_and_changes_nothing() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let upload = begin(&pat, &emma, "Emma.txt", TEXT.len()).await;
    send(&pat, &upload, 0, &TEXT[..10]).await.assert_status(204);
    let bytes = "application/offset+octet-stream";
    let origin = ("Sec-Fetch-Site", "same-origin");
    for (what, headers, status) in [
        ("no version", vec![origin, ("Upload-Offset", "10"), ("Content-Type", bytes)], 412),
        ("another version", vec![origin, ("Tus-Resumable", "0.2.2"), ("Upload-Offset", "10")], 412),
        (
            "another type",
            [&FROM_THE_PAGE[..], &[("Upload-Offset", "10"), ("Content-Type", "text/plain")]].concat(),
            415,
        ),
        ("no offset", [&FROM_THE_PAGE[..], &[("Content-Type", bytes)]].concat(), 400),
        ("a sign", [&FROM_THE_PAGE[..], &[("Upload-Offset", "+10"), ("Content-Type", bytes)]].concat(), 400),
        ("too early", [&FROM_THE_PAGE[..], &[("Upload-Offset", "9"), ("Content-Type", bytes)]].concat(), 409),
        ("too late", [&FROM_THE_PAGE[..], &[("Upload-Offset", "11"), ("Content-Type", bytes)]].concat(), 409),
        (
            "more than was said",
            [
                &FROM_THE_PAGE[..],
                &[("Upload-Offset", "10"), ("Content-Type", bytes), ("Content-Length", "58")],
            ]
            .concat(),
            413,
        ),
        (
            "an unknown checksum",
            [
                &FROM_THE_PAGE[..],
                &[("Upload-Offset", "10"), ("Content-Type", bytes), ("Upload-Checksum", "md5 YQ==")],
            ]
            .concat(),
            400,
        ),
    ] {
        let answer = pat.send_bytes(Method::Patch, &upload, &headers, b"x").await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        if status == 412 {
            assert_eq!(answer.header("Tus-Version"), Some("1.0.0"));
        }
    }
    assert_eq!(offset(&pat, &upload).await, 10);
    let nothing = format!("{}/nothing", endpoint(&emma));
    pat.send_bytes(Method::Head, &nothing, &FROM_THE_PAGE, b"").await.assert_status(404);
    send(&pat, &nothing, 0, b"x").await.assert_status(404);
    for length in ["", "-1", "1.5", "99999999999999999999999"] {
        let headers =
            [&FROM_THE_PAGE[..], &[("Upload-Length", length), ("Upload-Metadata", "filename YS50eHQ=")]];
        let answer = pat.send_bytes(Method::Post, &endpoint(&emma), &headers.concat(), b"").await;
        answer.assert_status(400);
    }
}

#[rocket::async_test]
async fn bytes_that_changed_on_their_way_are_not_taken() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    // "hello" by sha1sum.
    let sum = ("Upload-Checksum", "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=");
    let upload = begin(&pat, &emma, "hello.txt", 5).await;
    let answer = send_with(&pat, &upload, 0, b"hullo", &[sum]).await;
    answer.assert_status(460).assert_shows("The bytes changed on their way");
    assert_eq!(offset(&pat, &upload).await, 0);
    send_with(&pat, &upload, 0, b"hello", &[sum]).await.assert_status(204);
    let file = files(&shop, &emma).into_iter().find(|file| file.format == "txt").unwrap();
    pat.get(&format!("/download/{}", file.public_id)).await.assert_sends(b"hello");
}

#[rocket::async_test]
async fn the_first_bytes_may_come_with_the_beginning() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let headers = [
        &FROM_THE_PAGE[..],
        &[
            ("Upload-Length", "5"),
            ("Upload-Metadata", "filename aGVsbG8udHh0,sample dHJ1ZQ=="),
            ("Content-Type", "application/offset+octet-stream"),
        ],
    ];
    let answer = pat.send_bytes(Method::Post, &endpoint(&emma), &headers.concat(), b"hello").await;
    assert_eq!(answer.assert_status(201).header("Upload-Offset"), Some("5"));
    assert!(files(&shop, &emma).iter().any(|file| file.file_name == "hello.txt" && file.is_sample));
}

#[rocket::async_test]
async fn an_upload_can_be_ended_also_by_a_client_that_knows_only_post() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let upload = begin(&pat, &emma, "Emma.txt", TEXT.len()).await;
    let over = |method: &'static str| [&FROM_THE_PAGE[..], &[("X-HTTP-Method-Override", method)]].concat();
    let patch =
        [over("PATCH"), vec![("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")]];
    pat.send_bytes(Method::Post, &upload, &patch.concat(), &TEXT[..7]).await.assert_status(204);
    assert_eq!(offset(&pat, &upload).await, 7);
    pat.send_bytes(Method::Post, &upload, &over("DELETE"), b"").await.assert_status(204);
    pat.send_bytes(Method::Head, &upload, &FROM_THE_PAGE, b"").await.assert_status(404);
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
    let other = begin(&pat, &emma, "Emma.txt", TEXT.len()).await;
    pat.send_bytes(Method::Delete, &other, &FROM_THE_PAGE, b"").await.assert_status(204);
    assert!(listed(&shop, &emma).is_empty());
}

#[rocket::async_test]
async fn only_one_request_at_a_time_sends_to_an_upload() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let upload = begin(&pat, &emma, "Emma.txt", TEXT.len()).await;
    let part = shop.store.open_part(upload.rsplit('/').next().unwrap()).unwrap();
    send(&pat, &upload, 0, TEXT)
        .await
        .assert_status(423)
        .assert_shows("Another request is sending this file");
    drop(part);
    send(&pat, &upload, 0, TEXT).await.assert_status(204);
}

#[rocket::async_test]
async fn a_file_that_is_not_what_it_says_is_told_of_and_never_in_an_edition() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").file("a.txt", b"a").draft();
    let page = b"<!doctype html><title>Not found</title>";
    let upload = begin(&pat, &emma, "Emma.pdf", page.len()).await;
    send(&pat, &upload, 0, page).await.assert_status(422).assert_shows("isn't a PDF");
    assert!(files(&shop, &emma).iter().all(|file| file.format != "pdf"));
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
    let desk = format!("/publish/titles/{}", emma.public_id);
    pat.get(&desk).await.assert_shows("Emma.pdf").assert_shows("was not added").assert_shows("isn't a PDF");
    assert_eq!(offset(&pat, &upload).await, page.len());
    pat.post(&format!("{upload}/remove"), &[]).await.assert_status(303);
    pat.get(&desk).await.assert_shows_not("was not added");
}

#[rocket::async_test]
async fn the_files_of_an_edition_in_review_stay_as_they_are() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = draft(&shop, pat.account.id);
    let late = begin(&pat, &emma, "late.txt", TEXT.len()).await;
    pat.post(&format!("/publish/titles/{}/publish", emma.public_id), &[("when", "now")])
        .await
        .assert_status(303);
    ask(&pat, &emma, "Emma.txt", 5).await.assert_status(409).assert_shows("in review");
    send(&pat, &late, 0, TEXT).await.assert_status(422).assert_shows("in review");
    assert!(files(&shop, &emma).iter().all(|file| file.format != "txt"));
}
