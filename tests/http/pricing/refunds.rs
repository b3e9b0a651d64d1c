//! Bundles, codes and named prices when something goes another way: refunds, failures, gifts, huge sums.

use bookplate::orders::OrderStatus;
use bookplate::orders::refund::{Items, refund};

use super::things::{book, bundle, code, named, shop_in, slots};

#[rocket::async_test]
async fn one_book_of_a_bundle_goes_back_for_its_share_and_the_other_stays() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    let guest = shop.browser();
    guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "pay").await.assert_shows("€15.00");
    let order = shop.only_order();
    let items = shop.line_items(order.id);
    // 15.00 of 17.49: 4.28 and 10.72.
    assert_eq!(items.iter().map(|item| item.paid()).collect::<Vec<_>>(), [428, 1072]);
    let status = refund(shop.till(), order.id, Items::These(vec![items[0].id]), "asked").await.unwrap();
    assert_eq!(status, OrderStatus::PartiallyRefunded);
    let page = guest.get(&format!("/orders/{}", order.public_id)).await;
    page.assert_shows("−€4.28").assert_shows("Refunded on");
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(200);
    let status = refund(shop.till(), order.id, Items::These(vec![items[1].id]), "asked").await.unwrap();
    assert_eq!(status, OrderStatus::Refunded);
    guest.get(&format!("/orders/{}", order.public_id)).await.assert_shows("€15.00 went back");
    let back: i64 = shop.line_items(order.id).iter().map(|item| item.refunded_minor).sum();
    assert_eq!(back, 1500);
}

#[rocket::async_test]
async fn a_code_is_held_again_when_a_failed_payment_is_tried_once_more() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let one = code(&shop, "percent", "10", |code| code.limit = "1".to_owned());
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.post("/cart/code", &[("code", "welcome10")]).await.assert_redirects_to("/cart");
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "fail_later").await;
    shop.clock.advance(chrono::TimeDelta::minutes(1));
    let order = shop.only_order();
    shop.task("sandbox settlements").await;
    shop.assert_order(OrderStatus::Failed);
    assert_eq!(slots(&shop, &one).0, 0, "somebody else may have it now");
    let again = guest.post(&format!("/orders/{}/pay", order.public_id), &[]).await;
    assert_eq!(slots(&shop, &one).0, 1);
    let other = shop.browser();
    other.wants(&[&emma]).await;
    other.post("/cart/code", &[("code", "welcome10")]).await.assert_status(422).assert_shows("used up");
    let pay_page = again.header("Location").unwrap().to_owned();
    guest.ends(&pay_page, "pay").await.assert_shows("yours");
    assert_eq!(shop.only_order().total_minor, 449);
    assert_eq!(slots(&shop, &one), (1, vec![("used".to_owned(), false)]));
}

#[rocket::async_test]
async fn a_bundle_with_a_code_can_be_a_gift() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    code(&shop, "amount", "2", |_| {});
    let guest = shop.browser();
    guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    guest.post("/cart/code", &[("code", "welcome10")]).await.assert_redirects_to("/cart");
    let wish = [("gift.wanted", "true"), ("gift.email", "kate@example.org")];
    let answer = guest.presses_the_button("jane@example.org", &wish).await;
    let page = guest.ends(answer.header("Location").unwrap(), "pay").await;
    page.assert_shows("The gift is paid").assert_shows("€13.00");
    shop.task(bookplate::gifts::deliver::TASK).await;
    let letter = shop.mails().into_iter().find(|mail| mail.to == "kate@example.org").expect("a mail");
    for secret in ["€", "WELCOME10", "jane@example.org/"] {
        assert!(!letter.text.contains(secret), "{secret} in {}", letter.text);
    }
    let kate = shop.browser();
    let opened = kate.get(&letter.link("/gifts/open/")).await;
    kate.follow(opened).await.assert_shows("Emma").assert_shows("Salt Roads");
    kate.get(&salt.download("pdf")).await.assert_status(200);
    guest.get(&salt.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_named_price_in_dinars_has_two_decimals_and_a_nought() {
    let shop = shop_in("KWD").await;
    let emma = book(&shop, "Emma", 1500);
    named(&shop, &emma, 500);
    let guest = shop.browser();
    let at = format!("{}/cart", emma.page());
    // Cards are charged in hundredths of a dinar.
    guest.post(&at, &[("amount", "1.234")]).await.assert_status(422);
    guest.post(&at, &[("amount", "0.490")]).await.assert_status(422).assert_shows("KWD\u{a0}0.500");
    guest.post(&at, &[("amount", "1.250")]).await.assert_redirects_to("/cart");
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.ends(&pay_page, "pay").await.assert_shows("KWD\u{a0}1.250");
    assert_eq!(shop.only_order().total_minor, 1250);
}

#[rocket::async_test]
async fn more_than_can_be_charged_is_said_and_not_ordered() {
    let shop = shop_in("EUR").await;
    let (first, second) = (book(&shop, "First", 60_000_000), book(&shop, "Second", 50_000_000));
    let guest = shop.browser();
    guest.wants(&[&first, &second]).await;
    let answer = guest.presses_the_button("jane@example.org", &[]).await;
    answer.assert_status(422).assert_shows("The largest amount that can be charged at once is €999,999.99");
    assert!(shop.orders().is_empty());
    guest.post("/cart/remove", &[("book", &second.public_id)]).await.assert_redirects_to("/cart");
    guest.checks_out("jane@example.org").await;
}

#[rocket::async_test]
async fn a_sum_beyond_all_numbers_is_a_sentence_and_can_be_undone() {
    let shop = shop_in("EUR").await;
    let (first, second) = (book(&shop, "First", i64::MAX), book(&shop, "Second", i64::MAX));
    let guest = shop.browser();
    guest.wants(&[&first, &second]).await;
    for page in ["/cart", "/checkout"] {
        guest.get(page).await.assert_status(422).assert_shows("more than one order can hold");
    }
    guest.post("/cart/remove", &[("book", &second.public_id)]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_status(200);
}
