//! When a gift's mail goes out, and when not.

use bookplate::orders::OrderStatus;
use chrono::TimeDelta;

use super::{EMMA, deliver, gift, gift_of, gives, opens};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_gift_waits_for_its_day_and_goes_out_once() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    // The clock stands at 1 March 2026, 12:00.
    let page = gives(&guest, &[&book], &[("gift.date", "2026-03-04")]).await;
    page.assert_shows("Goes out in the morning of 4 March 2026");
    assert!(shop.letter_to("jane@example.org").text.contains("goes out in the morning of 4 March 2026"));
    let gift = gift_of(&shop, shop.only_order().id);
    deliver(&shop).await;
    shop.clock.advance(TimeDelta::hours(67) + TimeDelta::minutes(59));
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty(), "7:59 of the day is too early");
    guest.get(&format!("/gifts/{}", gift.public_id)).await.assert_status(404);
    shop.clock.advance(TimeDelta::minutes(1));
    for _ in 0..3 {
        deliver(&shop).await;
    }
    let (emma, page) = opens(&shop, EMMA).await;
    assert_eq!(shop.letters_to(EMMA).len(), 1);
    emma.get(&page).await.assert_status(200).assert_shows("Persuasion");
    let order = format!("/orders/{}", shop.only_order().public_id);
    guest.get(&order).await.assert_shows("Sent on 4 March 2026.").assert_shows("Opened on 4 March 2026.");
}

#[rocket::async_test]
async fn nothing_goes_out_while_the_money_is_not_there_or_not_any_more() {
    for status in OrderStatus::ALL {
        let shop = TestShop::new().await;
        let book = shop.book("Persuasion").publish();
        gives(&shop.browser(), &[&book], &[("gift.date", "2026-03-02")]).await;
        shop.set_order_status(shop.only_order().id, *status);
        shop.clock.advance(TimeDelta::days(2));
        deliver(&shop).await;
        let expected = usize::from(OrderStatus::ENTITLING.contains(status));
        assert_eq!(shop.letters_to(EMMA).len(), expected, "{status}");
        // A dispute that is won lets it go out after all.
        shop.set_order_status(shop.only_order().id, OrderStatus::Paid);
        deliver(&shop).await;
        assert_eq!(shop.letters_to(EMMA).len(), 1, "{status}");
    }
}

#[rocket::async_test]
async fn money_that_comes_after_the_day_sends_the_gift_then() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    guest.wants(&[&book]).await;
    let answer = guest.post("/checkout", &gift(&[("gift.date", "2026-03-02")])).await;
    let pay_page = answer.header("Location").unwrap_or_default().to_owned();
    guest.ends(&pay_page, "later").await.assert_shows("the gift can go out");
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty());
    shop.clock.advance(TimeDelta::days(5));
    shop.task(bookplate::checkout::tasks::SANDBOX_TASK).await;
    shop.assert_order(OrderStatus::Paid);
    deliver(&shop).await;
    assert_eq!(shop.letters_to(EMMA).len(), 1);
}

#[rocket::async_test]
async fn a_recipient_who_was_told_hears_once_and_kindly_that_the_gift_is_gone() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[]).await;
    deliver(&shop).await;
    shop.send_mail().await;
    let order = shop.only_order().id;
    shop.set_order_status(order, OrderStatus::Disputed);
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty(), "a dispute may end well");
    shop.set_order_status(order, OrderStatus::Refunded);
    deliver(&shop).await;
    deliver(&shop).await;
    let letter = shop.letter_to(EMMA);
    assert_eq!(letter.subject, "The gift from Jane is no longer there");
    for word in ["refund", "money", "paid", "€", "4.99"] {
        assert!(!letter.text.contains(word) && !letter.html.contains(word), "{word}: {}", letter.text);
    }
}

#[rocket::async_test]
async fn a_recipient_who_knows_of_nothing_is_told_nothing() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[]).await;
    shop.set_order_status(shop.only_order().id, OrderStatus::Refunded);
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty(), "refunded before it went out");
    // Refunded while the mail still lies in the outbox: it is taken back.
    shop.set_order_status(shop.only_order().id, OrderStatus::Paid);
    deliver(&shop).await;
    assert_eq!(shop.letters_to(EMMA).len(), 1);
    shop.set_order_status(shop.only_order().id, OrderStatus::Refunded);
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty());
}
