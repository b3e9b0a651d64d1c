//! Stripe's events a thousand times, at once, shuffled and late: always one fulfilment, one receipt, the same end.

use bookplate::checkout::{payment_event, reconcile};
use bookplate::db::schema::{payment_events, payments};
use bookplate::jobs::Jobs;
use bookplate::orders::OrderStatus;
use diesel::prelude::*;
use rocket::futures::stream::{self, StreamExt as _};

use crate::support::fake_stripe::FakeEvent;
use crate::support::{FakeStripe, TestBook, TestShop};

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";

/// How many requests run at once.
const AT_ONCE: usize = 16;

/// A shop with one book, and Stripe.
async fn shop_with_a_book() -> (TestShop, FakeStripe, TestBook) {
    let (shop, stripe) = TestShop::with_stripe().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    (shop, stripe, emma)
}

fn count_of_events(shop: &TestShop) -> i64 {
    shop.run(|conn| payment_events::table.count().get_result(conn))
}

fn count_of_payments(shop: &TestShop) -> i64 {
    shop.run(|conn| payments::table.count().get_result(conn))
}

/// Rings with all of these, sixteen at once.
async fn ring_at_once(shop: &TestShop, stripe: &FakeStripe, events: &[FakeEvent]) {
    let rung: Vec<u16> = stream::iter(events)
        .map(|event| async move { stripe.ring(shop, event).await.status })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    assert!(rung.iter().all(|status| *status == 200), "{rung:?}");
}

/// A task as two workers of a shop would run it: its failure is the other's success.
async fn work(shop: &TestShop, task: &str) {
    let jobs = shop.client.rocket().state::<Jobs>().expect("the shop has tasks");
    jobs.run_once(task).await.unwrap_or_else(|error| panic!("the task {task:?} failed: {error}"));
}

#[rocket::async_test]
async fn an_event_that_comes_a_thousand_times_sells_the_book_once() {
    let (shop, stripe, emma) = shop_with_a_book().await;
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let session = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    assert!(stripe.pay(&session));
    let events = stripe.take_events();
    let again: Vec<FakeEvent> = events.iter().cycle().take(1_000).cloned().collect();
    let (first, rest) = again.split_at(500);
    ring_at_once(&shop, &stripe, first).await;
    shop.task(payment_event::TASK).await;
    ring_at_once(&shop, &stripe, rest).await;
    shop.task(payment_event::TASK).await;
    assert_eq!(count_of_events(&shop), i64::try_from(events.len()).unwrap());
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(count_of_payments(&shop), 1);
    assert_eq!(shop.receipts().len(), 1);
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
}

#[rocket::async_test]
async fn twenty_events_about_one_session_sell_the_book_once() {
    let (shop, stripe, emma) = shop_with_a_book().await;
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let session = guest.checks_out_at_stripe(&stripe, "jane@example.org").await;
    assert!(stripe.pay(&session));
    for _ in 1..20 {
        stripe.event("checkout.session.completed", "checkout.session", &session);
    }
    let events = stripe.take_events();
    assert!(events.len() >= 20);
    ring_at_once(&shop, &stripe, &events).await;
    let workers = (0..4).map(|_| work(&shop, payment_event::TASK));
    stream::iter(workers).buffer_unordered(4).collect::<Vec<()>>().await;
    shop.assert_order(OrderStatus::Paid);
    assert_eq!(count_of_payments(&shop), 1);
    assert_eq!(shop.receipts().len(), 1);
}

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

/// Rings with some of what waits, in any order, some of it twice, and lets the shop work it off.
async fn ring_some(
    shop: &TestShop,
    stripe: &FakeStripe,
    waiting: &mut Vec<FakeEvent>,
    count: usize,
    dice: &mut Dice,
) {
    dice.shuffle(waiting);
    for event in waiting.split_off(waiting.len() - count) {
        stripe.ring(shop, &event).await.assert_status(200);
        if dice.below(4) == 0 {
            stripe.ring(shop, &event).await.assert_status(200);
        }
    }
    work(shop, payment_event::TASK).await;
}

#[rocket::async_test]
async fn a_hundred_orders_of_the_same_events_come_to_the_same_end() {
    let (shop, stripe, emma) = shop_with_a_book().await;
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for round in 0..100 {
        let guest = shop.browser();
        guest.wants(&[&emma]).await;
        let session = guest.checks_out_at_stripe(&stripe, &format!("jane{round}@example.org")).await;
        let mut waiting = Vec::new();
        // Later money comes, a dispute is opened and won, the money goes back: what Stripe says at each moment differs,
        // and so does what of it was heard by then.
        let mut dispute = String::new();
        let mut refund = String::new();
        for step in 0..6 {
            match step {
                0 => assert!(stripe.pay_later(&session)),
                1 => stripe.settle(&session),
                2 => dispute = stripe.dispute(&stripe.payment_of(&session), "needs_response"),
                3 => stripe.dispute_becomes(&dispute, "won"),
                4 => refund = stripe.refund(&stripe.payment_of(&session), None),
                _ => stripe.refund_becomes(&refund, "succeeded"),
            }
            waiting.extend(stripe.take_events());
            let some = dice.below(waiting.len() + 1);
            ring_some(&shop, &stripe, &mut waiting, some, &mut dice).await;
        }
        let rest = waiting.len();
        ring_some(&shop, &stripe, &mut waiting, rest, &mut dice).await;
        guest.get(&emma.download("pdf")).await.assert_status(404);
    }
    let orders = shop.orders();
    assert_eq!(orders.len(), 100);
    for order in &orders {
        assert_eq!(order.status, OrderStatus::Refunded, "{}", order.number);
        assert!(shop.line_items(order.id).iter().all(|item| item.refunded_at.is_some()));
    }
    // A receipt is the thing that may be missed when the first news heard is the last: the money came and went. Nobody
    // gets two.
    let mut receipts: Vec<String> = shop.receipts().into_iter().map(|mail| mail.to).collect();
    let count = receipts.len();
    receipts.sort();
    receipts.dedup();
    assert_eq!(receipts.len(), count, "somebody got two receipts");
    assert_eq!(count, 100, "somebody who paid got no receipt");
    assert_eq!(count_of_payments(&shop), 100);
}

#[rocket::async_test]
async fn five_hundred_times_webhook_return_page_and_reconciler_at_once() {
    let (shop, stripe, emma) = shop_with_a_book().await;
    for round in 0..500 {
        let guest = shop.browser();
        guest.wants(&[&emma]).await;
        let session = guest.checks_out_at_stripe(&stripe, &format!("jane{round}@example.org")).await;
        assert!(stripe.pay(&session));
        let events = stripe.take_events();
        let order = shop.orders().pop().expect("the order").public_id;
        // The reconciler asks for what nobody has asked for in a while.
        shop.clock.advance(reconcile::USUAL_WAY);
        let heard = async {
            ring_at_once(&shop, &stripe, &events).await;
            work(&shop, payment_event::TASK).await;
        };
        let returned = async { guest.get(&format!("/orders/{order}/return")).await };
        let ((), page, ()) = tokio::join!(heard, returned, work(&shop, reconcile::TASK));
        assert!(page.status == 200 || page.status == 303, "{}", page.status);
    }
    let orders = shop.orders();
    assert_eq!(orders.len(), 500);
    assert!(orders.iter().all(|order| order.status == OrderStatus::Paid));
    assert_eq!(count_of_payments(&shop), 500);
    assert_eq!(shop.receipts().len(), 500);
}
