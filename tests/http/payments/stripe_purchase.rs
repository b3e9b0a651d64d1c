//! Buying by Stripe: paid, refused, late, given up, and what the buyer sees of it.

use bookplate::orders::OrderStatus;
use bookplate::orders::refund::{Items, refund};
use rocket::futures::future::join;

use crate::support::builders::TestBook;
use crate::support::{Browser, FakeStripe, TestShop};

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";

/// A guest whose order waits at Stripe: the book, the browser, the session's id.
pub async fn waiting<'s>(shop: &'s TestShop, stripe: &FakeStripe) -> (TestBook, Browser<'s>, String) {
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let session = guest.checks_out_at_stripe(stripe, "jane@example.org").await;
    (emma, guest, session)
}

#[rocket::async_test]
async fn a_guest_pays_at_stripe_and_has_the_book_when_stripe_rings() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(stripe.pay(&session));
    shop.assert_order(OrderStatus::Pending);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    let order = shop.only_order();
    assert_eq!((order.gateway.as_str(), order.livemode), ("stripe", false));
}

#[rocket::async_test]
async fn stripe_is_asked_for_exactly_what_the_order_says() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, salt) =
        (shop.book("Emma & co: 100 % [new]").publish(), shop.book("Salt").price(1250).publish());
    let guest = shop.browser().header("Accept-Language", "de-AT,de;q=0.9,en;q=0.5");
    guest.wants(&[&emma, &salt]).await;
    guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    let order = shop.only_order();
    let asked = stripe.asked("POST /v1/checkout/sessions");
    for (name, value) in [
        ("mode", "payment"),
        ("client_reference_id", order.public_id.as_str()),
        ("metadata[order]", &order.public_id),
        ("payment_intent_data[metadata][order]", &order.public_id),
        ("customer_email", "jane@example.org"),
        ("locale", "de"),
        ("line_items[0][price_data][product_data][name]", "Emma & co: 100 % [new]"),
        ("line_items[0][price_data][unit_amount]", "499"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][quantity]", "1"),
        ("line_items[1][price_data][unit_amount]", "1250"),
        ("cancel_url", &format!("http://localhost/orders/{}", order.public_id)),
        (
            "success_url",
            &format!("http://localhost/orders/{}/return?session={{CHECKOUT_SESSION_ID}}", order.public_id),
        ),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!asked.keys().any(|name| name.contains("tax")), "{asked:?}");
    assert_eq!(asked["metadata[shop]"], asked["payment_intent_data[metadata][shop]"]);
    assert_eq!(asked["metadata[shop]"].len(), 26);
    let made = stripe.seen().into_iter().find(|seen| seen.method == "POST").unwrap();
    assert_eq!(made.key, format!("co/{}/1", order.public_id));
}

#[rocket::async_test]
async fn who_comes_back_before_stripe_rings_finds_the_book_and_the_bell_changes_nothing_more() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    let back = format!("/orders/{}/return?session={session}", shop.only_order().public_id);
    let page = guest.follow(guest.get(&back).await).await;
    page.assert_status(200).assert_shows("The book is yours");
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn the_way_back_proves_nothing() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    let back = format!("/orders/{}/return?session={session}", shop.only_order().public_id);
    guest.follow(guest.get(&back).await).await.assert_shows("isn’t paid yet");
    shop.assert_order(OrderStatus::Pending);
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_refused_card_leaves_the_page_open_and_the_order_waiting() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.decline(&session);
    let order = shop.only_order().public_id;
    guest.follow(guest.get(&format!("/orders/{order}/return")).await).await.assert_shows("isn’t paid yet");
    // The way back to Stripe is the same page.
    let again = guest.post(&format!("/orders/{order}/pay"), &[]).await;
    again.assert_redirects_to(&format!("{}/c/pay/{session}", stripe.base()));
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
}

#[rocket::async_test]
async fn a_delayed_payment_gives_the_book_when_the_money_comes_and_not_before() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay_later(&session);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Processing);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    assert!(shop.receipts().is_empty());
    stripe.settle(&session);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    assert_eq!(shop.receipts().len(), 1);
}

#[rocket::async_test]
async fn a_delayed_payment_that_does_not_come_gives_nothing() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay_later(&session);
    stripe.fail_later(&session);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Failed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_page_that_nobody_paid_expires_with_its_order() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, guest, session) = waiting(&shop, &stripe).await;
    stripe.expire(&session);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Expired);
    guest.get("/cart").await.assert_shows("Emma");
    assert!(!stripe.pay(&session));
}

#[rocket::async_test]
async fn a_double_click_and_a_second_tab_lead_to_one_session() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let (one, two) = join(
        guest.checks_out_at_stripe(&stripe, "jane@example.org"),
        guest.checks_out_at_stripe(&stripe, "jane@example.org"),
    )
    .await;
    assert_eq!(one, two);
    assert_eq!(guest.checks_out_at_stripe(&stripe, "jane@example.org").await, one);
    assert_eq!((stripe.sessions().len(), shop.orders().len()), (1, 1));
}

#[rocket::async_test]
async fn a_changed_cart_closes_the_page_of_before() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, guest, first) = waiting(&shop, &stripe).await;
    let salt = shop.book("Salt").price(1250).publish();
    guest.wants(&[&salt]).await;
    let second = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    assert_eq!(stripe.session(&first)["status"], "expired");
    assert!(!stripe.pay(&first));
    assert_eq!(stripe.session(&second)["amount_total"], 1749);
}

#[rocket::async_test]
async fn a_cancelled_order_can_no_longer_be_paid_at_stripe_and_money_that_was_faster_wins() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (_, guest, session) = waiting(&shop, &stripe).await;
    let page = format!("/orders/{}", shop.only_order().public_id);
    guest.post(&format!("{page}/cancel"), &[]).await.assert_redirects_to(&page);
    assert_eq!(stripe.session(&session)["status"], "expired");
    let session = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    stripe.pay(&session);
    let order = shop.orders().pop().unwrap();
    guest.post(&format!("/orders/{}/cancel", order.public_id), &[]).await.assert_status(303);
    assert_eq!(shop.orders().pop().unwrap().status, OrderStatus::Paid);
}

#[rocket::async_test]
async fn a_refund_goes_through_stripe_and_ends_access() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    let order = shop.only_order();
    let status = refund(shop.till(), order.id, Items::All, "asked for").await.unwrap();
    assert_eq!(status, OrderStatus::Refunded);
    let refunds = stripe.refunds();
    assert_eq!(refunds.len(), 1);
    assert_eq!(
        (&refunds[0]["amount"], refunds[0]["metadata"]["refund"].as_str().unwrap().len()),
        (&499.into(), 26)
    );
    guest.get(&emma.download("pdf")).await.assert_status(404);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Refunded);
}

#[rocket::async_test]
async fn a_refund_and_a_dispute_at_stripes_own_site_reach_the_order() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let (emma, guest, session) = waiting(&shop, &stripe).await;
    stripe.pay(&session);
    stripe.deliver(&shop).await;
    let payment = stripe.payment_of(&session);
    let dispute = stripe.dispute(&payment, "needs_response");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Disputed);
    guest.get(&emma.download("pdf")).await.assert_status(404);
    stripe.dispute_becomes(&dispute, "won");
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Paid);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    stripe.refund(&payment, None);
    stripe.deliver(&shop).await;
    shop.assert_order(OrderStatus::Refunded);
    guest.get(&emma.download("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn a_form_may_lead_to_stripes_page_and_to_no_other() {
    let (shop, stripe) = TestShop::with_stripe().await;
    let page = shop.browser().get("/").await;
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains(&format!("form-action 'self' {};", stripe.base())), "{policy}");
    let sandbox = TestShop::new().await;
    let page = sandbox.browser().get("/").await;
    assert!(page.header("Content-Security-Policy").unwrap().contains("form-action 'self';"));
    // And the other way round: no sandbox beside Stripe.
    shop.browser().get("/sandbox/pay/sbx_co_x").await.assert_status(404);
}
