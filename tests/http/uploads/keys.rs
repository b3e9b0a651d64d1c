//! Programs, which have no browser's word for where they come from.

use bookplate::accounts::Role;
use rocket::http::Method;

use super::{TEXT, endpoint, files};
use crate::support::{Browser, TestBook, TestShop};

/// Makes a key and reads it off the page.
async fn make_key(browser: &Browser<'_>, book: &TestBook) -> String {
    let page = browser.post(&format!("{}/keys", endpoint(book)), &[]).await;
    let text = page.assert_status(200).assert_shows("shown once").text();
    text.split("Bearer ").nth(1).unwrap().chars().take(26).collect()
}

/// A program begins an upload with these headers; the answer's status.
async fn program(shop: &TestShop, book: &TestBook, headers: &[(&str, &str)]) -> u16 {
    let usual = [("Upload-Length", "5"), ("Upload-Metadata", "filename aGVsbG8udHh0")];
    let headers = [&usual[..], headers].concat();
    shop.browser().send_bytes(Method::Post, &endpoint(book), &headers, b"").await.status
}

#[rocket::async_test]
async fn a_key_brings_files_to_its_title_until_it_is_revoked() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let other = shop.book_of(pat.account.id, "Other").draft();
    let key = format!("Bearer {}", make_key(&pat, &emma).await);
    let with = [("Authorization", key.as_str()), ("Tus-Resumable", "1.0.0")];
    let desk = format!("/publish/titles/{}", emma.public_id);
    pat.get(&desk).await.assert_shows("not used yet").assert_shows_not(&key);

    let nobody = shop.browser();
    let begun =
        [&with[..], &[("Upload-Length", "67"), ("Upload-Metadata", "filename RW1tYS50eHQ=")]].concat();
    let answer = nobody.send_bytes(Method::Post, &endpoint(&emma), &begun, b"").await;
    let upload = answer.assert_status(201).header("Location").unwrap().to_owned();
    let bytes = [&with[..], &[("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")]];
    nobody.send_bytes(Method::Patch, &upload, &bytes.concat(), TEXT).await.assert_status(204);
    assert!(files(&shop, &emma).iter().any(|file| file.file_name == "Emma.txt"));
    pat.get(&desk).await.assert_shows_not("not used yet");

    assert_eq!(program(&shop, &other, &with).await, 404);
    let wrong = [("Authorization", "Bearer 00000000000000000000000000"), ("Tus-Resumable", "1.0.0")];
    assert_eq!(program(&shop, &emma, &wrong).await, 401);
    // A key opens no page.
    nobody.send_bytes(Method::Get, &desk, &with, b"").await.assert_status(401);

    let text = pat.get(&desk).await.text();
    let revoke = text.split("/keys/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    pat.post(&format!("{}/keys/{revoke}/revoke", endpoint(&emma)), &[]).await.assert_status(303);
    assert_eq!(program(&shop, &emma, &with).await, 401);
}

#[rocket::async_test]
async fn a_key_ends_with_its_account_s_right() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let key = format!("Bearer {}", make_key(&pat, &emma).await);
    let with = [("Authorization", key.as_str()), ("Tus-Resumable", "1.0.0")];
    assert_eq!(program(&shop, &emma, &with).await, 201);
    let (account, now) = (pat.account.clone(), shop.clock.now());
    shop.run(move |conn| account.set_role(conn, Role::Customer, now));
    assert_eq!(program(&shop, &emma, &with).await, 401);
}

#[rocket::async_test]
async fn a_program_may_use_a_session_and_another_site_may_not() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let usual = [("Upload-Length", "5"), ("Upload-Metadata", "filename aGVsbG8udHh0")];
    let tus = ("Tus-Resumable", "1.0.0");
    for (what, headers, status) in [
        ("a program", vec![tus], 201),
        ("the shop's page", vec![tus, ("Sec-Fetch-Site", "same-origin")], 201),
        ("an older browser on the shop's page", vec![tus, ("Origin", "http://localhost")], 201),
        ("another site", vec![tus, ("Sec-Fetch-Site", "cross-site")], 403),
        ("another site in an older browser", vec![tus, ("Origin", "https://evil.example")], 403),
        ("a page without an origin", vec![tus, ("Origin", "null")], 403),
        ("a form of who knows where", vec![("Content-Type", "text/plain")], 403),
        (
            "a key from another site",
            vec![("Authorization", "Bearer x"), ("Origin", "https://evil.example")],
            403,
        ),
    ] {
        let headers = [&usual[..], &headers].concat();
        let answer = pat.send_bytes(Method::Post, &endpoint(&emma), &headers, b"").await;
        assert_eq!(answer.status, status, "{what}");
    }
    // The exception is for uploads alone.
    let elsewhere = format!("/publish/titles/{}/archive", emma.public_id);
    pat.send_bytes(Method::Post, &elsewhere, &[tus], b"").await.assert_status(403);
}
