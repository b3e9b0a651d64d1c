//! Error pages: for people a page, for programs JSON.

use crate::support::TestShop;

#[rocket::async_test]
async fn an_unknown_address_is_a_404_page_with_a_way_out() {
    let shop = TestShop::new().await;
    let answer = shop.browser().get("/no-such-page").await;
    answer.assert_status(404).assert_shows("Nothing on this shelf").assert_shows("href=\"/books\"");
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
}

#[rocket::async_test]
async fn a_program_that_asks_for_json_gets_its_error_as_json() {
    let shop = TestShop::new().await;
    let answer = shop.browser().get_with("/no-such-page", &[("Accept", "application/json")]).await;
    answer.assert_status(404);
    assert_eq!(answer.header("Content-Type"), Some("application/json"));
    assert_eq!(answer.json()["error"]["status"], 404);
    assert_eq!(answer.json()["error"]["request_id"].as_str(), answer.header("X-Request-Id"));
}

#[rocket::async_test]
async fn a_browser_that_takes_anything_gets_a_page() {
    let shop = TestShop::new().await;
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let answer = shop.browser().get_with("/no-such-page", &[("Accept", accept)]).await;
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
}

#[rocket::async_test]
async fn a_zero_byte_in_an_address_or_a_form_is_not_the_shops_fault() {
    let shop = TestShop::new().await;
    let jane = shop.customer("jane");
    for path in [
        "/books/%00",
        "/books?q=%00",
        "/books?series=%00",
        "/covers/%00/480.jpg",
        "/download/%00",
        "/orders/%00",
    ] {
        let status = jane.get(path).await.status;
        assert!(status < 500, "{path}: {status}");
    }
    for (path, field) in [("/cart", "book"), ("/cart/remove", "book")] {
        let status = jane.post(path, &[(field, "a\0b")]).await.status;
        assert!(status < 500, "{path}: {status}");
    }
}
