//! What becomes of files, covers and samples at the publisher's desk.

use bookplate::catalog::{Book, BookFile, FileReport};
use bookplate::db::schema::{book_files, cover_images, covers};
use bookplate::publishing::found;
use diesel::prelude::*;
use rocket::http::Method;

use super::{epub, giant_png, look, pdf, png};
use crate::support::builders::Reader;
use crate::support::{Answer, TestBook, TestShop};

/// A draft of pat's, with one file in which was found what is found in it.
fn draft<'s>(shop: &'s TestShop, name: &str, bytes: &[u8]) -> (Reader<'s>, TestBook) {
    let pat = shop.publisher("pat");
    let id = pat.account.id;
    let book = shop.book("Untold").but(|new| new.publisher = id).file(name, bytes).draft();
    keep(shop, &book, name, bytes);
    (pat, book)
}

fn keep(shop: &TestShop, book: &TestBook, name: &str, bytes: &[u8]) {
    let (found, now, id) = (look(name, bytes), shop.clock.now(), book.id);
    shop.run(move |conn| {
        let book = Book::find(conn, id)?.unwrap();
        let file: BookFile =
            book_files::table.filter(book_files::book_id.eq(id)).select(BookFile::as_select()).first(conn)?;
        found::keep(conn, &book, &file, &found, now)
    });
}

async fn send_cover(who: &Reader<'_>, book: &TestBook, bytes: &[u8]) -> Answer {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"../../c.png\"\r\n\
        Content-Type: image/png\r\n\r\n"
        .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "multipart/form-data; boundary=x")];
    let path = format!("/publish/titles/{}/cover", book.public_id);
    who.send_bytes(Method::Post, &path, &headers, &body).await
}

#[rocket::async_test]
async fn empty_fields_are_filled_from_the_file_and_others_are_offered() {
    let shop = TestShop::new().await;
    let (pat, book) = draft(&shop, "emma.epub", &epub::epub(&[]));
    let page = format!("/publish/titles/{}", book.public_id);
    pat.get(&page)
        .await
        .assert_shows("Untold")
        .assert_shows("Jane Austen")
        .assert_shows("It says something else");
    pat.get(&format!("{page}/edit")).await.assert_shows("A novel").assert_shows("A comedy.");
    let file = book.files[0].public_id.clone();
    pat.post(&format!("{page}/found"), &[("file", file.as_str())]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("Please tick what is to be taken over first.");
    pat.post(&format!("{page}/found"), &[("file", file.as_str()), ("field", "title"), ("field", "language")])
        .await
        .assert_redirects_to(&page);
    pat.get(&page)
        .await
        .assert_shows("Taken over from the file: Title, Language.")
        .assert_shows_not("Untold");
    pat.get(&page).await.assert_shows_not("It says something else");
    let other = shop.publisher("other");
    other
        .post(&format!("{page}/found"), &[("file", file.as_str()), ("field", "title")])
        .await
        .assert_status(404);
}

#[rocket::async_test]
async fn a_file_with_errors_is_never_published() {
    let shop = TestShop::with(|settings| settings.publishing.review = false).await;
    let (pat, book) = draft(&shop, "emma.pdf", b"%PDF-1.7 and no more");
    let page = format!("/publish/titles/{}", book.public_id);
    pat.get(&page).await.assert_shows("damaged or cut off").assert_shows("the file that has errors");
    let fields = [("when", "now"), ("tell", "true")];
    pat.post(&format!("{page}/publish"), &fields).await.assert_status(422);
    shop.browser().get(&book.page()).await.assert_status(404);
}

#[rocket::async_test]
async fn the_next_edition_remembers_what_was_found() {
    let shop = TestShop::new().await;
    let book = shop.book("Emma").file("emma.pdf", &pdf::book(3)).publish();
    keep(&shop, &book, "emma.pdf", &pdf::book(3));
    let (id, now) = (book.id, shop.clock.now());
    let pages = shop.run(move |conn| {
        let book = Book::find(conn, id)?.unwrap();
        let edition = bookplate::publishing::editions::begin(conn, &book, now)?;
        let file = BookFile::of_edition(conn, edition.id)?.remove(0);
        Ok(FileReport::of(conn, &[file.id])?.remove(&file.id).and_then(|report| report.pages))
    });
    assert_eq!(pages, Some(3));
}

#[rocket::async_test]
async fn a_cover_is_made_anew_in_every_width_and_format() {
    let shop = TestShop::new().await;
    let (pat, book) = draft(&shop, "emma.epub", &epub::epub(&[]));
    let page = format!("/publish/titles/{}", book.public_id);
    let mut addresses = Vec::new();
    for side in [400, 500] {
        send_cover(&pat, &book, &png(side, 600)).await.assert_redirects_to(&page);
        let id = book.id;
        let cover: String = shop.run(move |conn| {
            covers::table.filter(covers::book_id.eq(id)).select(covers::public_id).first(conn)
        });
        for width in [240, 480, 960] {
            for (ending, kind) in [("webp", "image/webp"), ("jpg", "image/jpeg")] {
                let answer = shop.browser().get(&format!("/covers/{cover}/{width}.{ending}")).await;
                answer.assert_status(200);
                assert_eq!(answer.header("Content-Type"), Some(kind));
                let picture = image::load_from_memory(&answer.body).unwrap();
                assert_eq!((picture.width(), picture.height()), (width, width * 3 / 2));
            }
        }
        pat.get(&page).await.assert_shows(&format!("/covers/{cover}/480.webp 480w"));
        addresses.push(cover);
    }
    assert_ne!(addresses[0], addresses[1], "a replaced cover has a new address");
    shop.browser().get(&format!("/covers/{}/480.jpg", addresses[0])).await.assert_status(404);
}

#[rocket::async_test]
async fn a_hostile_cover_is_refused_with_its_sentence_and_leaves_nothing() {
    let shop = TestShop::new().await;
    let (pat, book) = draft(&shop, "emma.epub", &epub::epub(&[]));
    let page = format!("/publish/titles/{}", book.public_id);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
    let files = || walk(shop.folder());
    let before = files();
    for (bytes, sentence) in [
        (svg, "SVG files can hold programs"),
        (giant_png(50_000), "50000 × 50000 pixels"),
        (b"<html>".to_vec(), "no picture that the shop can read"),
        (png(5, 5), "only 5 × 5 pixels"),
        (Vec::new(), "Please choose a picture first"),
    ] {
        send_cover(&pat, &book, &bytes).await.assert_redirects_to(&page);
        pat.get(&page).await.assert_shows(sentence);
    }
    assert_eq!(files(), before, "something was left behind");
    let count: i64 = shop.run(|conn| cover_images::table.count().get_result(conn));
    assert_eq!(count, 0);
}

#[rocket::async_test]
async fn an_old_cover_without_webp_is_shown_as_it_is() {
    let shop = TestShop::new().await;
    let (_, book) = draft(&shop, "emma.epub", &epub::epub(&[]));
    let stored = shop.store.put(b"\xff\xd8\xff\xe0 a picture".as_slice(), "jpg").unwrap();
    let (id, now) = (book.id, shop.clock.now());
    let cover = shop.run(move |conn| {
        bookplate::catalog::Cover::set(
            conn,
            id,
            &[bookplate::catalog::CoverImage::jpeg(480, 720, &stored)],
            now,
        )
    });
    let answer = shop.browser().get(&format!("/covers/{}/480.webp", cover.public_id)).await;
    answer.assert_sends(b"\xff\xd8\xff\xe0 a picture");
    assert_eq!(answer.header("Content-Type"), Some("image/jpeg"));
}

#[rocket::async_test]
async fn a_title_without_a_cover_gets_the_one_of_its_file() {
    let shop = TestShop::new().await;
    let (_, book) = draft(&shop, "emma.epub", &epub::epub(&[]));
    let found = look("emma.epub", &epub::epub(&[]));
    let (id, now) = (book.id, shop.clock.now());
    let row = shop.run(move |conn| Book::find(conn, id)).unwrap();
    found::cover(&shop.db, &shop.store, &row, &found, None, now);
    let count: i64 = shop.run(|conn| cover_images::table.count().get_result(conn));
    assert_eq!(count, 6);
}

#[rocket::async_test]
async fn a_sample_is_cut_from_the_first_pages() {
    let shop = TestShop::new().await;
    let (pat, book) = draft(&shop, "emma.pdf", &pdf::book(12));
    let page = format!("/publish/titles/{}", book.public_id);
    let address = format!("{page}/files/{}/sample", book.files[0].public_id);
    for (pages, sentence) in
        [("", "from 1 to 500"), ("0", "from 1 to 500"), ("x", "from 1 to 500"), ("12", "fewer pages")]
    {
        pat.post(&address, &[("pages", pages)]).await.assert_redirects_to(&page);
        pat.get(&page).await.assert_shows(sentence);
    }
    for pages in ["5", "4"] {
        pat.post(&address, &[("pages", pages)]).await.assert_redirects_to(&page);
    }
    pat.get(&page)
        .await
        .assert_shows("The sample is cut: the first 4 pages.")
        .assert_shows("Untold (sample).pdf");
    let id = book.id;
    let samples: Vec<BookFile> = shop.run(move |conn| {
        let of_book =
            book_files::table.filter(book_files::book_id.eq(id).and(book_files::is_sample.eq(true)));
        of_book.select(BookFile::as_select()).load(conn)
    });
    assert_eq!(samples.len(), 1, "the newer sample is in the older one's place");
    let bytes = pat.get(&format!("/download/{}", samples[0].public_id)).await.body;
    assert_eq!(look("s.pdf", &bytes).pages, Some(4));
    let other = shop.publisher("other");
    other.post(&address, &[("pages", "3")]).await.assert_status(404);
}

#[test]
fn a_description_cannot_run_anything() {
    let nested = format!("{}x{}", "> ".repeat(3000), "*".repeat(20_000));
    let begun = std::time::Instant::now();
    for hostile in [
        nested,
        "[".repeat(20_000),
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>".to_owned(),
        "[x](  \u{1}javascript:alert(1))\n\n<a href=\"&#106;avascript:x\" onclick=x>y</a>".to_owned(),
        "<<script>script>alert(1)<</script>/script>".to_owned(),
    ] {
        let html = bookplate::catalog::markdown::to_html(&hostile).to_lowercase();
        for word in ["<script", "<img", "href=\"javascript", "href=\"&#", "<a href=\"\u{1}"] {
            assert!(!html.contains(word), "{word}: {}", html.chars().take(300).collect::<String>());
        }
    }
    // Not a measure of speed: what grows by itself would take minutes.
    assert!(begun.elapsed().as_secs() < 60);
}

/// All files below a folder but the database's.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if !path.to_string_lossy().contains(".db") {
            files.push(path);
        }
    }
    files.sort();
    files
}
