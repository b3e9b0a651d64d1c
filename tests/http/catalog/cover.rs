//! Covers: small public pictures whose address never shows another one.

use bookplate::catalog::{Cover, CoverImage};

use crate::support::{TestBook, TestShop};

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";

fn with_cover(shop: &TestShop) -> (TestBook, String) {
    let book = shop.book("Emma").publish();
    let stored = shop.store.put(JPEG, "jpg").unwrap();
    let (id, now) = (book.id, shop.clock.now());
    let cover = shop.run(move |conn| {
        let images = [240, 480].map(|width| CoverImage::jpeg(width, width * 3 / 2, &stored));
        Cover::set(conn, id, &images, now)
    });
    (book, cover.public_id)
}

#[rocket::async_test]
async fn a_cover_is_sent_once_and_kept_for_a_year() {
    let shop = TestShop::new().await;
    let (book, cover) = with_cover(&shop);
    let address = format!("/covers/{cover}/480.jpg");
    let answer = shop.browser().get(&address).await;
    answer.assert_sends(JPEG);
    assert_eq!(answer.header("Content-Type"), Some("image/jpeg"));
    assert_eq!(answer.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    let etag = answer.header("ETag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        let again = shop.browser().get_with(&address, &[("If-None-Match", &known)]).await;
        again.assert_status(304);
        assert!(again.body.is_empty());
        assert_eq!(again.header("ETag"), Some(etag.as_str()));
    }
    shop.browser().get_with(&address, &[("If-None-Match", "\"other\"")]).await.assert_sends(JPEG);
    let head = shop.browser().head(&address).await;
    head.assert_status(200);
    assert!(head.body.is_empty());

    for page in [book.page(), "/".to_owned(), "/books".to_owned()] {
        shop.browser().get(&page).await.assert_shows(&address);
    }
    let page = shop.browser().get(&book.page()).await;
    page.assert_shows(&format!(
        "<meta property=\"og:image\" content=\"http://localhost/covers/{cover}/960.jpg\">"
    ));
}

#[rocket::async_test]
async fn an_unknown_cover_or_width_is_not_found() {
    let shop = TestShop::new().await;
    let (_, cover) = with_cover(&shop);
    for name in ["960.jpg", "481.jpg", "0480.jpg", "+480.jpg", "-480.jpg", "480.png", "480", ".jpg", "x.jpg"]
    {
        shop.browser().get(&format!("/covers/{cover}/{name}")).await.assert_status(404);
    }
    shop.browser().get("/covers/%00/480.jpg").await.assert_status(404);
    shop.browser().get("/covers/nothing/480.jpg").await.assert_status(404);
    shop.browser().get("/covers/..%2F../480.jpg").await.assert_status(404);
}

#[rocket::async_test]
async fn a_cover_whose_file_is_gone_is_the_shops_fault_and_pages_stand() {
    let shop = TestShop::new().await;
    let (book, cover) = with_cover(&shop);
    let stored = shop.store.put(JPEG, "jpg").unwrap();
    shop.store.remove(&stored.key).unwrap();
    let answer = shop.browser().get(&format!("/covers/{cover}/480.jpg")).await;
    answer.assert_status(502).assert_shows_not(stored.key.as_str());
    shop.browser().get(&book.page()).await.assert_status(200);
}
