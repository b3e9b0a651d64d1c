//! The real program at Stripe's stand-in, killed at random moments of two hundred purchases, events and refunds.
//!
//! What the shop or Stripe acknowledged is neither lost nor doubled: who paid has the book and one receipt, who did not
//! pay has none, and every refund that Stripe made is in the order, once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bookplate::clock::Clock;
use bookplate::db::schema::{mails, orders, payments, refunds};
use bookplate::orders::OrderStatus;
use bookplate::orders::refund::RefundStatus;
use bookplate::web::cookies::ShopCookie;
use diesel::prelude::*;

use crate::program::{Reply, Server, Visitor, free_address, serve};
use crate::support::fake_stripe::{FakeStripe, KEY, WEBHOOK_SECRET};
use crate::support::{TestBook, TestShop};

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";
const PURCHASES: usize = 200;
const BUYERS: usize = 4;

/// How long the shop may take to heal after the last kill, and a buyer to get an answer through all of them.
const PATIENCE: Duration = Duration::from_secs(240);

/// How many answers came to all buyers.
static ANSWERS: AtomicUsize = AtomicUsize::new(0);

/// How long a life of the shop may last in which nobody gets an answer.
const LONGEST_LIFE: Duration = Duration::from_secs(5);

/// Something that is counted when it ends, in whatever way.
struct Ended<'c>(&'c AtomicUsize);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// How a purchase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Kept,
    Late,
    RefundedAtStripe,
    RefundedHere,
    Abandoned,
}

impl Course {
    fn of(number: usize) -> Self {
        match number % 5 {
            0 => Self::Late,
            1 => Self::RefundedAtStripe,
            2 => Self::RefundedHere,
            3 if number % 10 == 3 => Self::Abandoned,
            _ => Self::Kept,
        }
    }
}

/// Asks until an answer comes that is none of a server in trouble.
///
/// `ANSWERS` counts those that came.
fn persist(
    visitor: &mut Visitor,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
    is_answer: impl Fn(&Reply) -> bool,
) -> Reply {
    let end = Instant::now() + PATIENCE;
    loop {
        match visitor.try_send(method, path, fields) {
            Ok(reply) if is_answer(&reply) => {
                ANSWERS.fetch_add(1, Ordering::SeqCst);
                return reply;
            }
            Ok(reply) if Instant::now() > end => panic!("{method} {path}: {}", reply.everything()),
            Err(error) if Instant::now() > end => panic!("{method} {path}: {error}"),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn start(shop: &TestShop, stripe: &FakeStripe, address: SocketAddr) -> Server {
    let settings = [
        ("BOOKPLATE_PAYMENTS__GATEWAY", "stripe"),
        ("BOOKPLATE_PAYMENTS__STRIPE_SECRET_KEY", KEY),
        ("BOOKPLATE_PAYMENTS__STRIPE_WEBHOOK_SECRETS", WEBHOOK_SECRET),
        ("BOOKPLATE_PAYMENTS__STRIPE_API_BASE", &stripe.base()),
    ];
    serve(shop, address, &settings)
}

/// One purchase, however often the shop goes down meanwhile; the session that it came to.
fn buy(
    number: usize,
    book: &TestBook,
    stripe: &FakeStripe,
    address: SocketAddr,
    admin: &Mutex<Visitor>,
) -> String {
    let course = Course::of(number);
    let mut buyer = Visitor::new(address);
    persist(&mut buyer, "POST", "/cart", &[("book", &book.public_id)], |reply| reply.status == 303);
    let email = format!("buyer{number}@example.org");
    let page = persist(&mut buyer, "POST", "/checkout", &[("email", &email)], |reply| {
        reply.header("Location").is_some_and(|to| to.contains("/c/pay/"))
    });
    let session = page.header("Location").unwrap().rsplit('/').next().unwrap().to_owned();
    match course {
        Course::Abandoned => return session,
        Course::Late => {
            assert!(stripe.pay_later(&session));
            stripe.settle(&session);
        }
        _ => assert!(stripe.pay(&session)),
    }
    let order = stripe.session(&session)["client_reference_id"].as_str().unwrap().to_owned();
    let page = format!("/orders/{order}");
    let back =
        persist(&mut buyer, "GET", &format!("{page}/return"), &[], |reply| matches!(reply.status, 200 | 303));
    assert!(!back.everything().contains("didn’t go through"), "{}", back.everything());
    match course {
        Course::RefundedAtStripe => {
            stripe.refund(&stripe.payment_of(&session), None);
        }
        Course::RefundedHere => {
            // The button is there as soon as the shop knows of the money.
            persist(&mut buyer, "GET", &book.download("pdf"), &[], |reply| reply.status == 200);
            let mut admin = admin.lock().unwrap();
            let form = [("item", "1"), ("amount", "499"), ("reason", "asked for")];
            let done =
                persist(&mut admin, "POST", &format!("/admin/orders/{order}/refund"), &form, |reply| {
                    reply.status == 303
                });
            let to = done.header("Location").unwrap_or_default();
            assert_eq!(to, format!("/admin/orders/{order}"), "{}", done.everything());
        }
        _ => {}
    }
    session
}

/// A visitor who is signed in as an admin.
fn admin(shop: &TestShop, address: SocketAddr) -> Visitor {
    // The program goes by the real time.
    shop.clock.advance(Clock::system().now() - shop.clock.now());
    let name = ShopCookie::Session.name(false);
    let session = shop.admin("ada").cookie(name).expect("the admin has a session");
    let mut visitor = Visitor::new(address);
    visitor.keep(name, &session);
    visitor
}

#[rocket::async_test]
async fn two_hundred_purchases_survive_every_kill() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").price(499).file("Emma.pdf", PDF).publish();
    let stripe = FakeStripe::start(Clock::system());
    let address = free_address();
    stripe.ring_at(&format!("http://{address}/webhooks/stripe"));
    let mut server = Some(start(&shop, &stripe, address));
    let admin = Mutex::new(admin(&shop, address));
    let (next, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let sessions = Mutex::new(BTreeMap::new());
    let mut kills = 0;
    std::thread::scope(|scope| {
        for _ in 0..BUYERS {
            scope.spawn(|| {
                let _ended = Ended(&ended);
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= PURCHASES {
                        break;
                    }
                    let session = buy(number, &emma, &stripe, address, &admin);
                    sessions.lock().unwrap().insert(session, Course::of(number));
                }
            });
        }
        while ended.load(Ordering::SeqCst) < BUYERS {
            let (born, heard) = (Instant::now(), ANSWERS.load(Ordering::SeqCst));
            let milliseconds = 20 + u64::from(rand()) % 400;
            std::thread::sleep(Duration::from_millis(milliseconds));
            // Every other life ends wherever it is; the rest let somebody get on, so that a slow machine does, too.
            while kills % 2 == 1
                && ANSWERS.load(Ordering::SeqCst) == heard
                && ended.load(Ordering::SeqCst) < BUYERS
                && born.elapsed() < LONGEST_LIFE
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            server.take().expect("the server runs").kill();
            kills += 1;
            server = Some(start(&shop, &stripe, address));
        }
    });
    assert!(kills >= 20, "the shop went down {kills} times only");
    let sessions = sessions.into_inner().unwrap();
    assert_eq!(sessions.len(), PURCHASES);
    wait_until_healed(&shop, &sessions, &stripe);
    check(&shop, &sessions, &stripe);
    drop(server);
}

/// Some number, another one each time.
fn rand() -> u16 {
    let [a, b] = bookplate::ids::Token::new().hash().as_str().as_bytes()[..2] else { return 0 };
    u16::from_le_bytes([a, b])
}

/// Where the order of a purchase ends.
const fn end_of(course: Course) -> OrderStatus {
    match course {
        Course::Kept | Course::Late => OrderStatus::Paid,
        Course::RefundedAtStripe | Course::RefundedHere => OrderStatus::Refunded,
        Course::Abandoned => OrderStatus::Pending,
    }
}

fn order_of(stripe: &FakeStripe, session: &str) -> String {
    stripe.session(session)["client_reference_id"].as_str().unwrap().to_owned()
}

fn status_of(shop: &TestShop, order: String) -> OrderStatus {
    shop.run(move |conn| orders::table.filter(orders::public_id.eq(order)).select(orders::status).first(conn))
}

/// The refunds of an order, and what became of them, for a test that fails.
fn refunds_of(shop: &TestShop, order: String) -> Vec<(String, Option<String>, String)> {
    shop.run(move |conn| {
        refunds::table
            .inner_join(orders::table)
            .filter(orders::public_id.eq(order))
            .select((refunds::status, refunds::gateway_id, refunds::reason))
            .load(conn)
    })
}

/// The shop asks for what it did not hear, by itself.
fn wait_until_healed(shop: &TestShop, sessions: &BTreeMap<String, Course>, stripe: &FakeStripe) {
    let end = Instant::now() + PATIENCE;
    for (session, course) in sessions {
        let order = order_of(stripe, session);
        loop {
            let status = status_of(shop, order.clone());
            if status == end_of(*course) {
                break;
            }
            assert!(
                Instant::now() < end,
                "{course:?}: order {order} of {session} stayed {status}\n{:?}\n{}",
                refunds_of(shop, order.clone()),
                std::fs::read_to_string(shop.folder().join("serve.log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn check(shop: &TestShop, sessions: &BTreeMap<String, Course>, stripe: &FakeStripe) {
    let all: Vec<(String, OrderStatus)> =
        shop.run(|conn| orders::table.select((orders::public_id, orders::status)).load(conn));
    let known: Vec<String> = sessions.keys().map(|session| order_of(stripe, session)).collect();
    for (order, status) in &all {
        assert!(known.contains(order) || *status == OrderStatus::Pending, "{order} is {status} and nobody's");
    }
    // One receipt for each that paid.
    let receipts: Vec<String> = shop.run(|conn| {
        mails::table.filter(mails::subject.like("%receipt%")).select(mails::recipient).load(conn)
    });
    let paid = sessions.values().filter(|course| **course != Course::Abandoned).count();
    let mut once = receipts.clone();
    once.sort();
    once.dedup();
    assert_eq!((receipts.len(), once.len()), (paid, paid), "receipts");
    let of_payments: i64 = shop.run(|conn| payments::table.count().get_result(conn));
    assert_eq!(usize::try_from(of_payments).unwrap(), paid, "payments");
    // Every refund of Stripe's is in the books once, and none more.
    let mut theirs: Vec<String> =
        stripe.refunds().iter().map(|refund| refund["id"].as_str().unwrap().to_owned()).collect();
    let mut ours: Vec<String> = shop.run(|conn| {
        refunds::table
            .filter(refunds::status.eq(RefundStatus::Succeeded))
            .select(refunds::gateway_id.assume_not_null())
            .load(conn)
    });
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs);
    let refunded = sessions.values().filter(|course| end_of(**course) == OrderStatus::Refunded).count();
    assert_eq!(theirs.len(), refunded, "refunds");
}
