//! Files by an ordinary form, without scripts.

use rocket::http::Method;

use super::{TEXT, crc32, endpoint, files};
use crate::support::{Answer, Browser, TestBook, TestShop};

/// Sends a form with these fields: name, file name, bytes.
async fn submit(browser: &Browser<'_>, book: &TestBook, fields: &[(&str, Option<&str>, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, file_name, bytes) in fields {
        let file = file_name.map_or(String::new(), |name| format!("; filename=\"{name}\""));
        body.extend_from_slice(
            format!("--sea\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--sea--\r\n");
    send(browser, book, &body).await
}

async fn send(browser: &Browser<'_>, book: &TestBook, body: &[u8]) -> Answer {
    let length = body.len().to_string();
    let headers = [
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "multipart/form-data; boundary=sea"),
        ("Content-Length", length.as_str()),
    ];
    browser.send_bytes(Method::Post, &format!("{}/form", endpoint(book)), &headers, body).await
}

async fn desk(browser: &Browser<'_>, book: &TestBook) -> Answer {
    browser.get(&format!("/publish/titles/{}", book.public_id)).await
}

#[rocket::async_test]
async fn a_form_brings_several_files_and_says_what_could_not_be_taken() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let large = vec![b'x'; 3_000_000];
    let fields: &[(&str, Option<&str>, &[u8])] = &[
        ("sample", None, b"true"),
        ("files", Some("Emma.txt"), TEXT),
        ("files", Some("large.fb2"), &large),
        ("files", Some("Emma.exe"), b"MZ"),
        ("files", Some("Emma.pdf"), b"<html>"),
        ("files", Some("empty.txt"), b""),
        ("files", Some(""), b""),
    ];
    submit(&pat, &emma, fields).await.assert_status(303);
    let page = desk(&pat, &emma).await;
    page.assert_shows("2 files are added.").assert_shows("“Emma.exe” is of no kind");
    let there = files(&shop, &emma);
    let text = there.iter().find(|file| file.file_name == "Emma.txt").unwrap();
    assert!(text.is_sample);
    assert_eq!(crc32(&shop, text), Some(crc32fast::hash(TEXT)));
    pat.get(&format!("/download/{}", text.public_id)).await.assert_sends(TEXT);
    let fb2 = there.iter().find(|file| file.format == "fb2").unwrap();
    pat.get(&format!("/download/{}", fb2.public_id)).await.assert_sends(&large);
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
}

#[rocket::async_test]
async fn a_form_that_breaks_off_or_brings_too_much_leaves_nothing() {
    let shop = TestShop::with(|settings| settings.uploads.max_mib = 1).await;
    let pat = shop.publisher("pat");
    let emma = shop.book_of(pat.account.id, "Emma").draft();
    let before = files(&shop, &emma).len();
    let start =
        b"--sea\r\nContent-Disposition: form-data; name=\"files\"; filename=\"Emma.txt\"\r\n\r\nhalf a ch";
    send(&pat, &emma, start).await.assert_status(400);
    let large = vec![b'x'; (1 << 20) + 10];
    submit(&pat, &emma, &[("files", Some("Emma.txt"), &large)]).await.assert_status(303);
    desk(&pat, &emma).await.assert_shows("is too large");
    let huge = vec![b'x'; (2 << 20) + 10];
    submit(&pat, &emma, &[("files", Some("Emma.txt"), &huge)]).await.assert_status(303);
    desk(&pat, &emma).await.assert_shows("too much at once");
    submit(&pat, &emma, &[("files", Some(""), b"")]).await.assert_status(303);
    desk(&pat, &emma).await.assert_shows("choose at least one file");
    assert_eq!(files(&shop, &emma).len(), before);
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);
}
