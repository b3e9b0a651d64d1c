//! Money that goes back takes the right to read with it, for exactly what it was for.

use bookplate::checkout::reconcile;
use bookplate::db::schema::{refunds, sandbox_checkouts, sandbox_refunds};
use bookplate::orders::OrderStatus;
use bookplate::orders::refund::{Items, RefundError, RefundStatus, refund};
use diesel::prelude::*;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_refunded_order_can_no_longer_be_downloaded_and_says_why() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let order = shop.only_order();
    let status = refund(shop.till(), order.id, Items::All, "asked for").await.unwrap();
    assert_eq!(status, OrderStatus::Refunded);
    jane.get(&emma.download("pdf")).await.assert_status(404);
    let page = jane.get(&format!("/orders/{}", order.public_id)).await;
    page.assert_shows("was refunded").assert_shows("Refunded on 1 March 2026").assert_shows("€4.99");
    page.assert_shows_not("/download/");
    jane.get("/library").await.assert_shows("Refunded on 1 March 2026").assert_shows_not("/download/");
    let mails = shop.mails();
    let mail = mails.last().unwrap();
    assert!(mail.subject.contains("refund for “Emma”"), "{}", mail.subject);
    assert!(mail.text.contains("€4.99"), "{}", mail.text);
}

#[rocket::async_test]
async fn a_refund_of_one_book_leaves_the_others_open() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    guest.buys(&[&emma, &salt], "jane@example.org").await;
    let order = shop.only_order();
    let item = shop.line_items(order.id)[0].id;
    let status = refund(shop.till(), order.id, Items::These(vec![item]), "").await.unwrap();
    assert_eq!(status, OrderStatus::PartiallyRefunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    guest.get(&salt.download("pdf")).await.assert_status(200);
    let page = guest.get(&format!("/orders/{}", order.public_id)).await;
    page.assert_shows("Part of this order was refunded").assert_shows(&salt.download("pdf"));
    page.assert_shows_not(&emma.download("pdf"));
    let back: i64 =
        shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::refunded_minor).first(conn));
    assert_eq!(back, 499);
    let again = refund(shop.till(), order.id, Items::These(vec![item]), "").await;
    assert!(matches!(again, Err(RefundError::Already)), "{again:?}");
    assert_eq!(refund(shop.till(), order.id, Items::All, "").await.unwrap(), OrderStatus::Refunded);
    guest.get(&salt.download("pdf")).await.assert_status(404);
    let nothing = refund(shop.till(), order.id, Items::All, "").await;
    assert!(matches!(nothing, Err(RefundError::Nothing)), "{nothing:?}");
}

#[rocket::async_test]
async fn a_book_can_be_bought_again_after_its_refund() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    refund(shop.till(), shop.only_order().id, Items::All, "").await.unwrap();
    jane.buys(&[&emma], "").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    jane.get("/library").await.assert_shows(&emma.download("pdf")).assert_shows_not("Refunded");
}

#[rocket::async_test]
async fn two_refunds_at_once_give_the_money_back_once() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let order = shop.only_order().id;
    let all = (0..8).map(|_| refund(shop.till(), order, Items::All, ""));
    let done = rocket::futures::future::join_all(all).await;
    assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1, "{done:?}");
    let count: i64 = shop.run(|conn| sandbox_refunds::table.count().get_result(conn));
    assert_eq!(count, 1);
    shop.assert_order(OrderStatus::Refunded);
}

#[rocket::async_test]
async fn a_refund_cut_off_by_a_crash_is_brought_to_its_end_and_made_once() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    let order = shop.only_order().id;
    refund(shop.till(), order, Items::All, "").await.unwrap();
    // As if the process had died after the gateway's yes, before ours.
    let item = shop.line_items(order)[0].id;
    shop.set_order_status(order, OrderStatus::Paid);
    shop.run(move |conn| {
        use bookplate::db::schema::line_items;
        diesel::update(refunds::table).set(refunds::status.eq(RefundStatus::Requested)).execute(conn)?;
        diesel::update(line_items::table.find(item))
            .set((
                line_items::refunded_at.eq(None::<bookplate::db::Timestamp>),
                line_items::refunded_minor.eq(0),
            ))
            .execute(conn)
    });
    shop.task(reconcile::TASK).await;
    shop.assert_order(OrderStatus::Refunded);
    jane.get(&emma.download("pdf")).await.assert_status(404);
    let count: i64 = shop.run(|conn| sandbox_refunds::table.count().get_result(conn));
    assert_eq!(count, 1);
}

#[rocket::async_test]
async fn an_unpaid_order_has_nothing_to_refund() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.checks_out("jane@example.org").await;
    let refused = refund(shop.till(), shop.only_order().id, Items::All, "").await;
    assert!(matches!(refused, Err(RefundError::Transition(_))), "{refused:?}");
}
