//! Double clicks, two tabs, changed carts: one purchase is one order.

use bookplate::catalog::BookStatus;
use bookplate::orders::OrderStatus;
use rocket::futures::future::join_all;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_double_click_and_two_tabs_lead_to_the_same_open_checkout() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let clicks = (0..6).map(|_| guest.checks_out("jane@example.org"));
    let pages = join_all(clicks).await;
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
    guest.get("/checkout").await.assert_status(200);
    assert_eq!(guest.checks_out("Jane@Example.org").await, pages[0]);
    shop.assert_order(OrderStatus::Pending);
    guest.ends(&pages[0], "pay").await.assert_shows("The book is yours");
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_double_clicked_pay_button_pays_once() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    let form = [("outcome", "pay")];
    for answer in join_all((0..4).map(|_| guest.post(&pay_page, &form))).await {
        guest.follow(answer).await.assert_shows("The book is yours");
    }
    guest.get(&pay_page).await.assert_shows("paid already");
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_changed_cart_closes_the_checkout_before() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt Roads").price(1250).publish());
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let first = guest.checks_out("jane@example.org").await;
    guest.wants(&[&salt]).await;
    let second = guest.checks_out("jane@example.org").await;
    assert_ne!(first, second);
    guest.get(&first).await.assert_shows("expired");
    guest.ends(&second, "pay").await.assert_shows("The books are yours");
    let orders = shop.orders();
    assert_eq!(orders.len(), 2);
    assert_eq!((orders[0].status, orders[0].total_minor), (OrderStatus::Expired, 499));
    assert_eq!((orders[1].status, orders[1].total_minor), (OrderStatus::Paid, 1749));
}

#[rocket::async_test]
async fn a_corrected_address_is_another_order_so_that_the_receipt_goes_there() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let first = guest.checks_out("jnae@example.org").await;
    let second = guest.checks_out("jane@example.org").await;
    assert_ne!(first, second);
    guest.ends(&second, "pay").await;
    assert_eq!(shop.receipts().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["jane@example.org"]);
}

#[rocket::async_test]
async fn two_visitors_with_the_same_books_have_orders_of_their_own() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let (jane, kate) = (shop.browser(), shop.browser());
    for guest in [&jane, &kate] {
        guest.wants(&[&emma]).await;
    }
    let pages = join_all([jane.checks_out("jane@example.org"), kate.checks_out("jane@example.org")]).await;
    assert_ne!(pages[0], pages[1]);
    jane.ends(&pages[0], "pay").await.assert_shows("The book is yours");
    kate.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn what_was_ordered_before_the_book_was_archived_is_still_sold() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let pay_page = guest.checks_out("jane@example.org").await;
    shop.set_book_status(&emma, BookStatus::Archived);
    guest.ends(&pay_page, "pay").await.assert_shows("The book is yours");
    guest.get(&emma.download("pdf")).await.assert_status(200);
}
