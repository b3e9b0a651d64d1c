//! Nothing that was paid is lost, and nothing that was not is given: crashes, late money, facts that do not fit.

use bookplate::checkout::reconcile;
use bookplate::db::schema::{checkouts, orders, sandbox_checkouts};
use bookplate::orders::{OrderStatus, expiry};
use bookplate::payments::sandbox::Outcome;
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::builders::TestBook;
use crate::support::{Browser, TestShop};

async fn waiting(shop: &TestShop) -> (TestBook, Browser<'_>, String) {
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let checkout = pay_page.trim_start_matches("/sandbox/pay/").to_owned();
    (emma, guest, checkout)
}

#[rocket::async_test]
async fn a_payment_that_nobody_told_us_of_is_found_by_asking() {
    let shop = TestShop::new().await;
    let (emma, guest, checkout) = waiting(&shop).await;
    // The gateway has committed; its event is lost, and the buyer has closed the tab.
    drop(shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap());
    shop.assert_order(OrderStatus::Pending);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
    guest.get(&emma.download("pdf")).await.assert_status(200);
    shop.clock.advance(TimeDelta::minutes(3));
    shop.task(reconcile::TASK).await;
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_running_shop_asks_for_what_it_has_not_heard_of_for_minutes() {
    let shop = TestShop::new().await;
    shop.task(reconcile::TASK).await;
    let (_, _, checkout) = waiting(&shop).await;
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    shop.clock.advance(TimeDelta::minutes(3));
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn an_order_that_nobody_pays_lapses_and_can_be_begun_anew() {
    let shop = TestShop::new().await;
    let (emma, guest, checkout) = waiting(&shop).await;
    let first = shop.only_order();
    shop.clock.advance(TimeDelta::minutes(59));
    shop.task(expiry::TASK).await;
    shop.assert_order(OrderStatus::Pending);
    shop.clock.advance(TimeDelta::minutes(2));
    shop.task(expiry::TASK).await;
    shop.assert_order(OrderStatus::Expired);
    let page = format!("/orders/{}", first.public_id);
    guest.get(&page).await.assert_shows("has lapsed").assert_shows_not("Pay now");
    guest.post(&format!("{page}/pay"), &[]).await.assert_redirects_to(&page);
    guest.get(&format!("/sandbox/pay/{checkout}")).await.assert_shows("expired");
    guest.get("/cart").await.assert_shows("Emma");
    guest.buys(&[&emma], "jane@example.org").await;
    assert_eq!(shop.orders().len(), 2);
}

#[rocket::async_test]
async fn money_that_came_just_before_the_end_is_not_overtaken_by_our_clock() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    shop.clock.advance(TimeDelta::minutes(61));
    shop.task(expiry::TASK).await;
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn late_money_for_a_lapsed_order_still_gives_the_book() {
    for given_up in [OrderStatus::Expired, OrderStatus::Cancelled, OrderStatus::Failed] {
        let shop = TestShop::new().await;
        let (emma, guest, checkout) = waiting(&shop).await;
        shop.set_order_status(shop.only_order().id, given_up);
        shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
        shop.task(reconcile::TASK).await;
        shop.assert_order(OrderStatus::Paid);
        guest.get(&emma.download("pdf")).await.assert_status(200);
    }
}

#[rocket::async_test]
async fn a_sum_a_currency_or_a_reference_that_does_not_fit_gives_nothing_and_calls_an_admin() {
    for wrong in ["amount", "currency", "reference"] {
        let shop = TestShop::new().await;
        let (emma, guest, checkout) = waiting(&shop).await;
        let id = checkout.clone();
        shop.run(move |conn| {
            let row = sandbox_checkouts::table.filter(sandbox_checkouts::public_id.eq(id));
            match wrong {
                "amount" => diesel::update(row).set(sandbox_checkouts::amount_minor.eq(1)).execute(conn),
                "currency" => diesel::update(row).set(sandbox_checkouts::currency.eq("JPY")).execute(conn),
                _ => diesel::update(row).set(sandbox_checkouts::reference.eq("another")).execute(conn),
            }
        });
        shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
        shop.task(reconcile::TASK).await;
        shop.task(reconcile::TASK).await;
        let order = shop.only_order();
        assert_eq!(order.status, OrderStatus::NeedsReview, "{wrong}");
        assert!(order.note.contains(wrong), "{}", order.note);
        assert!(shop.receipts().is_empty());
        guest.get(&emma.download("pdf")).await.assert_status(404);
        let page = guest.get(&format!("/orders/{}", order.public_id)).await;
        page.assert_shows("We are checking your payment").assert_shows_not("Pay now");
    }
}

#[rocket::async_test]
async fn a_payment_in_the_other_mode_is_no_payment() {
    let shop = TestShop::new().await;
    let (_, _, checkout) = waiting(&shop).await;
    let order = shop.only_order().id;
    shop.run(move |conn| {
        diesel::update(orders::table.find(order)).set(orders::livemode.eq(true)).execute(conn)
    });
    shop.sandbox().end(&checkout, Outcome::Pay).await.unwrap();
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::NeedsReview);
}

#[rocket::async_test]
async fn a_crash_between_the_gateways_answer_and_our_note_of_it_finds_the_same_checkout_again() {
    let shop = TestShop::new().await;
    let (_, guest, checkout) = waiting(&shop).await;
    shop.run(|conn| {
        diesel::update(checkouts::table)
            .set((
                checkouts::status.eq("creating"),
                checkouts::gateway_id.eq(None::<String>),
                checkouts::url.eq(None::<String>),
            ))
            .execute(conn)
    });
    let again = guest.checks_out("jane@example.org").await;
    assert_eq!(again, format!("/sandbox/pay/{checkout}"));
    guest.ends(&again, "pay").await.assert_shows("The book is yours");
}

#[rocket::async_test]
async fn a_gateway_that_says_no_leaves_the_order_pending_with_a_kind_page_and_a_way_to_try_again() {
    let shop = TestShop::new().await;
    let (_, guest, _) = waiting(&shop).await;
    // The key was used for something else: the sandbox refuses, as a real gateway would.
    shop.run(|conn| {
        diesel::update(checkouts::table)
            .set((
                checkouts::status.eq("creating"),
                checkouts::gateway_id.eq(None::<String>),
                checkouts::url.eq(None::<String>),
            ))
            .execute(conn)?;
        diesel::update(sandbox_checkouts::table).set(sandbox_checkouts::amount_minor.eq(1)).execute(conn)
    });
    let answer = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    let order = shop.only_order();
    answer.assert_redirects_to(&format!("/orders/{}", order.public_id));
    let page = guest.follow(answer).await;
    page.assert_shows("doesn’t answer just now").assert_shows("Pay now").assert_shows("Nothing was charged");
    shop.assert_order(OrderStatus::Pending);
    let retry = guest.post(&format!("/orders/{}/pay", order.public_id), &[]).await;
    let pay_page = retry.header("Location").unwrap().to_owned();
    guest.ends(&pay_page, "pay").await.assert_shows("The book is yours");
}
