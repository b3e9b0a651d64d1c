//! Books in a bucket by the shop's own pages: what a publisher brings is published, bought and read.

use bookplate::catalog::BookFile;
use bookplate::db::schema::{book_files, uploads};
use bookplate::inspection::{self, Limits};
use bookplate::uploads::{Upload, sweep, tus::metadata};
use diesel::prelude::*;
use rocket::http::Method;

use crate::pdf::pdf;
use crate::servers::{self, Server};
use crate::shop::bucket;
use crate::support::builders::Reader;
use crate::support::{TestBook, TestShop};

/// The headers that a script of the shop's own page sends.
const FROM_THE_PAGE: [(&str, &str); 2] = [("Sec-Fetch-Site", "same-origin"), ("Tus-Resumable", "1.0.0")];

/// A shop with its books in a bucket, and the folder of the service that has that.
struct Desk {
    // Before the service, which it asks until it is gone.
    shop: TestShop,
    _service: Server,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn open() -> Self {
        let folder = servers::open_folder();
        let mut service = None;
        let shop =
            TestShop::with(|settings| service = Some(bucket(&mut settings.storage, folder.path()))).await;
        assert!(shop.store.bucket().is_some());
        Self { shop, _service: service.unwrap(), folder }
    }

    /// The files of a title, the newest edition's.
    fn files(&self, book: &TestBook) -> Vec<BookFile> {
        let id = book.id;
        self.shop.run(move |conn| {
            let of_book = book_files::table.filter(book_files::book_id.eq(id)).order(book_files::is_sample);
            of_book.select(BookFile::as_select()).load(conn)
        })
    }

    /// Publishes a title by way of a review, has a reader buy it, and gives the reader.
    async fn sell(&self, publisher: &Reader<'_>, book: &TestBook) -> Reader<'_> {
        let page = format!("/publish/titles/{}", book.public_id);
        publisher.post(&format!("{page}/publish"), &[("when", "now")]).await.assert_redirects_to(&page);
        let admin = self.shop.admin("ada");
        let reviews = admin.get("/admin/reviews").await.text();
        let review = reviews.split("/admin/reviews/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let yes = [("verdict", "approve"), ("words", "")];
        admin.post(&format!("/admin/reviews/{review}"), &yes).await.assert_redirects_to("/admin/reviews");
        let reader = self.shop.customer("jane");
        reader.buys(&[book], "").await;
        reader
    }
}

/// Begins an upload; its address.
async fn begin(publisher: &Reader<'_>, book: &TestBook, name: &str, length: usize) -> String {
    let (length, said) = (length.to_string(), metadata::write(&[("filename", name)]));
    let more = [("Upload-Length", length.as_str()), ("Upload-Metadata", said.as_str())];
    let endpoint = format!("/publish/uploads/{}", book.public_id);
    let headers = [&FROM_THE_PAGE[..], &more].concat();
    let begun = publisher.send_bytes(Method::Post, &endpoint, &headers, b"").await;
    begun.assert_status(201).header("Location").unwrap().to_owned()
}

/// Sends all bytes of an upload, in two requests.
async fn bring(publisher: &Reader<'_>, book: &TestBook, name: &str, bytes: &[u8]) {
    let upload = begin(publisher, book, name, bytes.len()).await;
    let middle = bytes.len() / 2;
    for (offset, part) in [(0, &bytes[..middle]), (middle, &bytes[middle..])] {
        let offset = offset.to_string();
        let more = [("Upload-Offset", offset.as_str()), ("Content-Type", "application/offset+octet-stream")];
        let headers = [&FROM_THE_PAGE[..], &more].concat();
        publisher.send_bytes(Method::Patch, &upload, &headers, part).await.assert_status(204);
    }
}

fn pages(bytes: &[u8]) -> Option<u32> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    inspection::inspect(file.path(), "a.pdf", &Limits::default()).unwrap().pages
}

#[rocket::async_test]
async fn a_sample_is_cut_from_a_pdf_in_a_bucket_and_both_are_read() {
    let desk = Desk::open().await;
    let shop = &desk.shop;
    let pat = shop.publisher("pat");
    let book = shop.book_of(pat.account.id, "Emma").draft();
    let whole = pdf(12);
    bring(&pat, &book, "Emma.pdf", &whole).await;
    let page = format!("/publish/titles/{}", book.public_id);
    let id = desk.files(&book).remove(0).public_id;
    pat.post(&format!("{page}/files/{id}/sample"), &[("pages", "4")]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("The sample is cut: the first 4 pages.");

    let jane = desk.sell(&pat, &book).await;
    let files = desk.files(&book);
    let [paid, sample] = files.as_slice() else { panic!("{files:?}") };
    assert!(!paid.is_sample && sample.is_sample);
    jane.get(&format!("/download/{}", paid.public_id)).await.assert_sends(&whole);
    shop.browser().get(&format!("/download/{}", paid.public_id)).await.assert_status(404);
    let sent = shop.browser().get(&format!("/download/{}", sample.public_id)).await;
    assert_eq!(pages(&sent.assert_status(200).body), Some(4));
    let waiting = std::fs::read_dir(shop.store.folder().join(".incoming")).unwrap();
    assert_eq!(waiting.count(), 0, "no copy is left on the way");

    // All of them in one zip: nothing is read of the bucket before the first byte leaves.
    let object = desk.folder.path().join("s3/sea-books/shop/files").join(&paid.storage_key);
    let away = object.with_extension("away");
    std::fs::rename(&object, &away).unwrap();
    jane.head("/library/all.zip").await.assert_status(200);
    std::fs::rename(&away, &object).unwrap();
    let zip = jane.get("/library/all.zip").await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_index(0).unwrap(), &mut bytes).expect("its CRC-32 holds");
    assert!(bytes == whole);
}

#[rocket::async_test]
async fn an_upload_that_was_cut_off_once_the_bucket_had_it_is_finished_sold_and_read() {
    let desk = Desk::open().await;
    let shop = &desk.shop;
    let pat = shop.publisher("pat");
    let book = shop.book_of(pat.account.id, "Emma").draft();
    let whole = pdf(3);
    let upload = begin(&pat, &book, "Emma.pdf", whole.len()).await;
    // As the program leaves it when it dies there.
    let mut part = shop.store.open_part(upload.rsplit('/').next().unwrap()).unwrap();
    part.resume(0, "").unwrap();
    part.append(&whole).unwrap();
    let (state, length) = (part.state(), i64::try_from(whole.len()).unwrap());
    let key = part.keep("pdf").unwrap().key.to_string();
    let (id, now) = (book.id, shop.clock.now());
    shop.run(move |conn| {
        let row = Upload::of_title(conn, id, now)?.remove(0).id;
        diesel::update(uploads::table.find(row))
            .set((uploads::received.eq(length), uploads::hash_state.eq(state), uploads::storage_key.eq(key)))
            .execute(conn)
    });
    shop.task(sweep::TASK).await;
    assert_eq!(shop.store.parts().unwrap(), [""; 0]);

    let jane = desk.sell(&pat, &book).await;
    let files = desk.files(&book);
    assert_eq!(files.len(), 1, "in place of the one before");
    jane.get(&format!("/download/{}", files[0].public_id)).await.assert_sends(&whole);
    shop.browser().get(&format!("/download/{}", files[0].public_id)).await.assert_status(404);
}
