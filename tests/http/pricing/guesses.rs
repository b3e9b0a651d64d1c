//! Codes can't be found by guessing.

use bookplate::config::Limit;
use chrono::TimeDelta;

use super::things::{book, code};
use crate::support::TestShop;

#[rocket::async_test]
async fn who_guesses_must_wait_and_a_right_guess_is_no_way_round() {
    let shop =
        TestShop::with(|settings| settings.accounts.codes_per_address = Limit { times: 3, minutes: 15 })
            .await;
    let emma = book(&shop, "Emma", 499);
    code(&shop, "percent", "10", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    for guess in ["WELCOME1", "WELCOME2", "WELCOME3"] {
        guest.post("/cart/code", &[("code", guess)]).await.assert_status(422);
    }
    let refused = guest.post("/cart/code", &[("code", "WELCOME10")]).await;
    refused.assert_status(429).assert_shows("tried too often");
    assert_eq!(refused.header("Retry-After"), Some("300"));
    guest.get("/cart").await.assert_shows("€4.99").assert_shows_not("WELCOME10");
    // Another browser of the same address waits as well.
    shop.browser().post("/cart/code", &[("code", "WELCOME10")]).await.assert_status(429);
    shop.clock.advance(TimeDelta::minutes(5));
    guest.post("/cart/code", &[("code", "WELCOME10")]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_shows("€4.49");
}
