//! What a buyer changes about a gift, before and after it went out.

use bookplate::orders::OrderStatus;
use chrono::TimeDelta;

use super::{EMMA, deliver, gift_of, gives, opens};
use crate::support::TestShop;

const WRONG: &str = "ema@example.org";

#[rocket::async_test]
async fn the_day_and_the_recipient_can_be_changed_until_it_goes_out() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[("gift.email", WRONG), ("gift.date", "2026-03-20")]).await;
    let path = format!("/orders/{}/gift", shop.only_order().public_id);
    guest.get(&path).await.assert_status(200).assert_shows(WRONG).assert_shows("2026-03-20");
    for (field, typed, sentence) in [
        ("gift.email", "emma", "This isn’t an e-mail address"),
        ("gift.email", "jane@example.org", "This is your own address."),
        ("gift.date", "2026-02-01", "This day has passed."),
    ] {
        let fields = [("gift.name", "Emma"), ("gift.email", EMMA), ("gift.date", "2026-03-05")];
        let fields: Vec<_> =
            fields.into_iter().filter(|(name, _)| *name != field).chain([(field, typed)]).collect();
        guest.post(&path, &fields).await.assert_status(422).assert_shows(sentence).assert_shows(typed);
    }
    let fields = [("gift.name", "Emma W."), ("gift.email", EMMA), ("gift.date", "2026-03-05")];
    let order = path.trim_end_matches("/gift").to_owned();
    guest.post(&path, &fields).await.assert_redirects_to(&order);
    guest.get(&order).await.assert_shows("Emma W.").assert_shows("5 March 2026");
    shop.clock.advance(TimeDelta::days(4));
    deliver(&shop).await;
    assert_eq!((shop.letters_to(EMMA).len(), shop.letters_to(WRONG).len()), (1, 0));
}

#[rocket::async_test]
async fn after_a_wrong_address_the_first_link_opens_nothing() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    // The wrong address is that of somebody with an account.
    let ema = shop.account("ema", bookplate::accounts::Role::Customer);
    gives(&guest, &[&book], &[("gift.email", "ema@example.com")]).await;
    deliver(&shop).await;
    let first = shop.letter_to("ema@example.com").link("/gifts/open/");
    shop.send_mail().await;
    let path = format!("/orders/{}/gift", shop.only_order().public_id);
    let fields = [("gift.name", "Emma"), ("gift.email", EMMA), ("gift.date", "")];
    guest.post(&path, &fields).await.assert_status(303);
    shop.browser().get(&first).await.assert_status(404);
    shop.signed_in(&ema).get(&book.download("pdf")).await.assert_status(404);
    deliver(&shop).await;
    let (emma, page) = opens(&shop, EMMA).await;
    emma.get(&page).await.assert_status(200);
    emma.get(&book.download("pdf")).await.assert_status(200);
    shop.browser().get(&first).await.assert_status(404);
    shop.signed_in(&ema).get(&book.download("pdf")).await.assert_status(404);
    // Now that it was opened, it is Emma's.
    let fields = [("gift.name", ""), ("gift.email", "emily@example.org"), ("gift.date", "")];
    guest.post(&path, &fields).await.assert_status(422).assert_shows("has been opened");
    emma.get(&book.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_wrong_mail_that_has_not_left_is_taken_back() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[("gift.email", WRONG)]).await;
    deliver(&shop).await;
    assert_eq!(shop.letters_to(WRONG).len(), 1);
    let path = format!("/orders/{}/gift", shop.only_order().public_id);
    guest.post(&path, &[("gift.email", EMMA)]).await.assert_status(303);
    deliver(&shop).await;
    assert_eq!((shop.letters_to(EMMA).len(), shop.letters_to(WRONG).len()), (1, 0));
}

#[rocket::async_test]
async fn who_read_it_from_their_library_keeps_it() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    let emma = shop.customer("emma");
    gives(&guest, &[&book], &[("gift.email", "emma@example.com")]).await;
    deliver(&shop).await;
    emma.get(&book.download("pdf")).await.assert_status(200);
    let path = format!("/orders/{}/gift", shop.only_order().public_id);
    guest.post(&path, &[("gift.email", EMMA)]).await.assert_status(422).assert_shows("has been opened");
}

#[rocket::async_test]
async fn the_mail_can_be_sent_again_some_times_and_each_link_opens_the_gift() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[("gift.date", "2026-03-03")]).await;
    let order = format!("/orders/{}", shop.only_order().public_id);
    let path = format!("{order}/gift/send-again");
    guest.post(&path, &[]).await.assert_redirects_to(&order);
    guest.get(&order).await.assert_shows("hasn’t been sent yet");
    shop.clock.advance(TimeDelta::days(2));
    deliver(&shop).await;
    guest.post(&path, &[]).await.assert_redirects_to(&order);
    let letters = shop.letters_to(EMMA);
    assert_eq!(letters.len(), 2);
    for letter in &letters {
        let browser = shop.browser();
        browser.get(&letter.link("/gifts/open/")).await.assert_status(303);
        browser.get(&book.download("pdf")).await.assert_status(200);
    }
    let mut last = 303;
    for _ in 0..6 {
        last = guest.post(&path, &[]).await.status;
    }
    assert_eq!(last, 429, "nobody is flooded with mail");
}

#[rocket::async_test]
async fn only_the_buyer_changes_a_gift_and_only_while_it_lives() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let jane = shop.customer("jane");
    gives(&jane.browser, &[&book], &[]).await;
    deliver(&shop).await;
    let (emma, _) = opens(&shop, EMMA).await;
    let path = format!("/orders/{}/gift", shop.only_order().public_id);
    for stranger in [&emma, &shop.browser(), &shop.customer("eve").browser] {
        stranger.get(&path).await.assert_status(404);
        stranger.post(&path, &[("gift.email", "eve@example.org")]).await.assert_status(404);
        stranger.post(&format!("{path}/send-again"), &[]).await.assert_status(404);
    }
    shop.set_order_status(shop.only_order().id, OrderStatus::Refunded);
    jane.post(&path, &[("gift.email", "eve@example.org")]).await.assert_status(422);
    jane.post(&format!("{path}/send-again"), &[]).await.assert_status(303);
    let gift = gift_of(&shop, shop.only_order().id);
    assert_eq!((gift.recipient_email.as_str(), gift.sendings), (EMMA, 1));
    // An order that is no gift has none.
    let own = shop.order(Some(jane.account.id), &[&book], OrderStatus::Paid);
    let own = shop.orders().into_iter().find(|order| order.id == own).unwrap().public_id;
    jane.get(&format!("/orders/{own}/gift")).await.assert_status(404);
}
