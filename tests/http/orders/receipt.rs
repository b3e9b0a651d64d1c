//! An order's page in each of its states, and the receipt's mail.

use bookplate::orders::OrderStatus;

use crate::support::TestShop;

#[rocket::async_test]
async fn the_receipt_has_number_items_total_and_downloads() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", b"1").file("Emma.epub", b"2").publish();
    let salt = shop.book("Salt Roads").price(1250).publish();
    let jane = shop.customer("jane");
    let page = jane.buys(&[&emma, &salt], "").await;
    page.assert_shows(&shop.only_order().number).assert_shows("€17.49").assert_shows("€4.99");
    for address in [emma.download("pdf"), emma.download("epub"), salt.download("pdf")] {
        page.assert_shows(&address);
    }
}

#[rocket::async_test]
async fn every_state_of_an_order_has_a_page_and_only_a_paid_one_has_downloads() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Pending);
    let page = format!("/orders/{}", shop.only_order().public_id);
    for &status in OrderStatus::ALL {
        shop.set_order_status(order, status);
        let shown = jane.get(&page).await;
        shown.assert_status(200).assert_shows("as at the sale").assert_shows_not("Your order</h1>");
        if OrderStatus::ENTITLING.contains(&status) {
            shown.assert_shows(&emma.download("pdf"));
        } else {
            shown.assert_shows_not("/download/");
        }
        jane.get("/orders").await.assert_status(200);
        jane.get("/library").await.assert_status(200);
    }
}

#[rocket::async_test]
async fn the_mail_has_number_items_total_and_a_link_that_opens_the_order() {
    let shop = TestShop::new().await;
    let (emma, salt) = (shop.book("Emma").publish(), shop.book("Salt & <Roads>").price(1250).publish());
    shop.browser().buys(&[&emma, &salt], "jane@example.org").await;
    let order = shop.only_order();
    assert!(order.receipt_sent_at.is_some() && order.paid_at.is_some());
    let receipts = shop.receipts();
    assert_eq!(receipts.len(), 1);
    let mail = &receipts[0];
    assert_eq!(mail.to, "jane@example.org");
    assert!(mail.subject.contains(&order.number), "{}", mail.subject);
    for part in [order.number.as_str(), "Emma", "€4.99", "€12.50", "€17.49", "http://localhost/orders/open/"]
    {
        assert!(mail.text.contains(part), "{part} in\n{}", mail.text);
        assert!(mail.html.contains(part), "{part} in\n{}", mail.html);
    }
    assert!(mail.text.contains("Salt & <Roads>"), "{}", mail.text);
    assert!(!mail.html.contains("<Roads>"), "{}", mail.html);
}

#[rocket::async_test]
async fn a_customers_mail_leads_to_the_library_and_a_guests_to_the_order() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    shop.browser().buys(&[&emma], "kate@example.org").await;
    let receipts = shop.receipts();
    assert!(receipts[0].text.contains("http://localhost/library"), "{}", receipts[0].text);
    assert!(!receipts[1].text.contains("http://localhost/library"), "{}", receipts[1].text);
    assert!(receipts[1].text.contains("keep this mail"), "{}", receipts[1].text);
}
