//! What a supervisor asks.

use crate::support::TestShop;

#[rocket::async_test]
async fn a_running_shop_is_healthy_and_ready() {
    let shop = TestShop::new().await;
    shop.browser().get("/healthz").await.assert_sends(b"ok");
    let ready = shop.browser().get("/readyz").await;
    ready.assert_status(200);
    assert_eq!(ready.json(), serde_json::json!({ "database": "ok", "store": "ok" }));
}

#[rocket::async_test]
async fn a_shop_whose_store_is_gone_is_healthy_but_not_ready() {
    let shop = TestShop::new().await;
    std::fs::remove_dir_all(shop.store.local().unwrap().root()).unwrap();
    shop.browser().get("/healthz").await.assert_status(200);
    let ready = shop.browser().get("/readyz").await;
    ready.assert_status(503);
    assert_eq!(ready.json(), serde_json::json!({ "database": "ok", "store": "failed" }));
}
