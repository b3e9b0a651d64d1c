//! Files on their way to a title.

mod authorisation;
mod form;
mod keys;
mod limits;
mod program;
mod protocol;
mod sweeping;

use bookplate::uploads::tus::metadata;
use bookplate::uploads::{Intake, Upload};
use rocket::http::Method;

use crate::support::{Answer, Browser, TestBook, TestShop};

/// A file that is taken as it is.
pub const TEXT: &[u8] = b"Chapter one. It was a dark night, and the file came in three parts.";

/// The headers that a script of the shop's own page sends; a program sends only the last.
pub const FROM_THE_PAGE: [(&str, &str); 2] = [("Sec-Fetch-Site", "same-origin"), ("Tus-Resumable", "1.0.0")];

/// Where a title's uploads begin.
pub fn endpoint(book: &TestBook) -> String {
    format!("/publish/uploads/{}", book.public_id)
}

/// Asks to begin an upload of `length` bytes called `name`.
pub async fn ask(browser: &Browser<'_>, book: &TestBook, name: &str, length: usize) -> Answer {
    let (length, said) = (length.to_string(), metadata::write(&[("filename", name)]));
    let more = [("Upload-Length", length.as_str()), ("Upload-Metadata", said.as_str())];
    let headers = [&FROM_THE_PAGE[..], &more].concat();
    browser.send_bytes(Method::Post, &endpoint(book), &headers, b"").await
}

/// Begins an upload; its address.
pub async fn begin(browser: &Browser<'_>, book: &TestBook, name: &str, length: usize) -> String {
    let answer = ask(browser, book, name, length).await;
    answer.assert_status(201).header("Location").unwrap().to_owned()
}

/// Sends bytes of an upload.
pub async fn send(browser: &Browser<'_>, upload: &str, offset: usize, bytes: &[u8]) -> Answer {
    send_with(browser, upload, offset, bytes, &[]).await
}

/// The same with more headers.
pub async fn send_with(
    browser: &Browser<'_>,
    upload: &str,
    offset: usize,
    bytes: &[u8],
    more: &[(&str, &str)],
) -> Answer {
    let offset = offset.to_string();
    let usual = [("Upload-Offset", offset.as_str()), ("Content-Type", "application/offset+octet-stream")];
    let headers = [&FROM_THE_PAGE[..], &usual, more].concat();
    browser.send_bytes(Method::Patch, upload, &headers, bytes).await
}

/// How many bytes of an upload the shop has.
pub async fn offset(browser: &Browser<'_>, upload: &str) -> usize {
    let answer = browser.send_bytes(Method::Head, upload, &FROM_THE_PAGE, b"").await;
    answer.assert_status(200).header("Upload-Offset").unwrap().parse().unwrap()
}

/// The uploads of a title, as its page lists them.
pub fn listed(shop: &TestShop, book: &TestBook) -> Vec<Upload> {
    let (id, now) = (book.id, shop.clock.now());
    shop.run(move |conn| Upload::of_title(conn, id, now))
}

/// What the shop's uploads work with.
pub fn intake(shop: &TestShop) -> Intake {
    shop.client.rocket().state::<Intake>().unwrap().clone()
}

/// The files of a title's edition in preparation: name, and whether it is a sample.
pub fn files(shop: &TestShop, book: &TestBook) -> Vec<bookplate::catalog::BookFile> {
    let id = book.id;
    shop.run(move |conn| {
        let draft = bookplate::publishing::release::draft_edition(conn, id)?;
        draft.map_or(Ok(Vec::new()), |draft| bookplate::catalog::BookFile::of_edition(conn, draft.id))
    })
}

/// The CRC-32 of a file, where it is known.
pub fn crc32(shop: &TestShop, file: &bookplate::catalog::BookFile) -> Option<u32> {
    let file = file.clone();
    shop.run(move |conn| {
        let known = bookplate::catalog::file_checks::known(conn, std::slice::from_ref(&file))?;
        Ok(known.get(&file.sha256).copied())
    })
}
