//! The doctor's canaries: a token of a few minutes opens them, and nothing else.

use bookplate::downloads::canary::{Canary, CanaryFile, HEADER};
use bookplate::ids::Token;
use chrono::TimeDelta;
use rocket::http::Method;

use crate::support::TestShop;

/// Each address that the token opens.
const ADDRESSES: &[(Method, &str)] = &[
    (Method::Get, "/download/canary"),
    (Method::Post, "/download/canary?mark=x"),
    (Method::Get, "/download/canary/flood"),
    (Method::Get, "/download/canary/plain"),
    (Method::Head, "/download/canary/plain"),
    (Method::Get, "/download/canary/plain?doubled=true"),
];

async fn release(shop: &TestShop) -> Token {
    let stored = shop.store.put(&b"a canary, no book"[..], "canary").unwrap();
    let file = CanaryFile {
        name: "plain".to_owned(),
        key: stored.key.as_str().to_owned(),
        length: stored.length,
        file_name: "Canary.canary".to_owned(),
    };
    let (token, now) = (Token::new(), shop.clock.now());
    let given = token.clone();
    shop.db.write(move |conn| Canary::release(conn, &given, &[file], now)).await.unwrap();
    token
}

async fn status(shop: &TestShop, method: Method, path: &str, token: &str) -> u16 {
    let headers = [("Sec-Fetch-Site", "same-origin"), (HEADER, token)];
    shop.browser().send(method, path, &headers, None).await.status
}

#[rocket::async_test]
async fn without_its_token_there_is_no_canary() {
    let shop = TestShop::new().await;
    let token = release(&shop).await;
    for &(method, path) in ADDRESSES {
        assert_eq!(status(&shop, method, path, token.secret()).await, 200, "{method} {path}");
        for wrong in ["", "nonsense", Token::new().secret()] {
            assert_eq!(status(&shop, method, path, wrong).await, 404, "{method} {path} with {wrong:?}");
        }
    }
    shop.clock.advance(TimeDelta::minutes(6));
    for &(method, path) in ADDRESSES {
        assert_eq!(status(&shop, method, path, token.secret()).await, 404, "{method} {path} too late");
    }
}

#[rocket::async_test]
async fn its_token_opens_no_book() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", b"%PDF-1.7 a book").publish();
    let token = release(&shop).await;
    assert_eq!(status(&shop, Method::Get, "/download/canary/plain", token.secret()).await, 200);
    assert_eq!(status(&shop, Method::Get, "/download/canary/other", token.secret()).await, 404);
    let book = emma.download("pdf");
    assert_eq!(status(&shop, Method::Get, &book, token.secret()).await, 404);
    let by_id = book.replace("/download/", "/download/canary/");
    assert_eq!(status(&shop, Method::Get, &by_id, token.secret()).await, 404);
}
