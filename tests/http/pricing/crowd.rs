//! Two hundred buyers at once, and a code for ten of them.

use bookplate::config::Limit;
use bookplate::orders::OrderStatus;
use rocket::futures::future::join_all;

use super::things::{book, code, slots};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_code_with_ten_uses_and_two_hundred_buyers_at_once_gives_exactly_ten() {
    let often = Limit { times: 1000, minutes: 1 };
    let shop = TestShop::with(|settings| settings.accounts.codes_per_address = often).await;
    let emma = book(&shop, "Emma", 500);
    let ten = code(&shop, "percent", "20", |code| code.limit = "10".to_owned());
    let guests: Vec<_> = (0..200).map(|_| shop.browser()).collect();
    for guest in &guests {
        guest.wants(&[&emma]).await;
        guest.post("/cart/code", &[("code", "welcome10")]).await.assert_redirects_to("/cart");
    }
    let answers = join_all(guests.iter().enumerate().map(|(number, guest)| async move {
        let email = format!("reader-{number}@example.org");
        guest.post("/checkout", &[("email", &email)]).await
    }))
    .await;
    let placed = answers.iter().filter(|answer| answer.status == 303).count();
    let told =
        answers.iter().filter(|answer| answer.status == 422 && answer.text().contains("used up")).count();
    assert_eq!((placed, told), (10, 190));
    let orders = shop.orders();
    assert_eq!(orders.len(), 10);
    assert!(orders.iter().all(|order| order.total_minor == 400 && order.status == OrderStatus::Pending));
    assert_eq!(slots(&shop, &ten).0, 10);
}
