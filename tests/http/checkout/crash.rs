//! The real program, killed between payment and fulfilment: no paid order is lost.

use std::time::{Duration, Instant};

use bookplate::db::Conn;
use bookplate::db::schema::sandbox_checkouts;
use bookplate::orders::OrderStatus;
use bookplate::payments::PaymentStatus;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::program::{Server, Visitor, free_address, serve};
use crate::support::TestShop;

const PDF: &[u8] = b"%PDF-1.7 Emma, whole";

/// How long the shop may take to heal; it says so long before.
const PATIENCE: Duration = Duration::from_secs(60);

/// Puts the book in the cart and goes to the pay page; returns its path.
fn begin_to_buy(visitor: &mut Visitor, book: &str) -> String {
    assert_eq!(visitor.send("POST", "/cart", &[("book", book)]).status, 303);
    let reply = visitor.send("POST", "/checkout", &[("email", "jane@example.org")]);
    let to = reply.header("Location").unwrap_or_else(|| panic!("{}", reply.everything()));
    assert!(to.starts_with("/sandbox/pay/"), "{to}");
    to.to_owned()
}

/// Waits until the book comes, whole.
fn get(visitor: &mut Visitor, path: &str, server: &Server) {
    let end = Instant::now() + PATIENCE;
    loop {
        let reply = visitor.send("GET", path, &[]);
        if reply.status == 200 {
            assert_eq!(reply.body, PDF);
            return;
        }
        assert!(Instant::now() < end, "the paid book never came ({}):\n{}", reply.status, server.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Lets the shop's own books refuse what a payment would write there, as a full disk would; the gateway's stay open.
fn break_the_shops_books(shop: &TestShop) {
    shop.run(|conn| match conn {
        Conn::Sqlite(conn) => conn
            .batch_execute(
                "CREATE TRIGGER broken_events BEFORE INSERT ON payment_events
                     BEGIN SELECT RAISE(ABORT, 'broken'); END;
                 CREATE TRIGGER broken_orders BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'broken'); END;",
            ),
        Conn::Postgres(conn) => conn.batch_execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql
                 AS 'BEGIN RAISE EXCEPTION ''broken''; END';
             CREATE TRIGGER broken_events BEFORE INSERT ON payment_events FOR EACH ROW EXECUTE FUNCTION broken();
             CREATE TRIGGER broken_orders BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION broken();",
        ),
    });
}

fn mend_the_shops_books(shop: &TestShop) {
    shop.run(|conn| match conn {
        Conn::Sqlite(conn) => conn.batch_execute("DROP TRIGGER broken_events; DROP TRIGGER broken_orders;"),
        Conn::Postgres(conn) => conn.batch_execute(
            "DROP TRIGGER broken_events ON payment_events; DROP TRIGGER broken_orders ON orders;",
        ),
    });
}

#[rocket::async_test]
async fn a_shop_killed_between_payment_and_fulfilment_gives_the_book_after_its_restart() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).publish();
    let address = free_address();
    let server = serve(&shop, address, &[]);
    let mut jane = Visitor::new(address);
    let pay_page = begin_to_buy(&mut jane, &emma.public_id);
    break_the_shops_books(&shop);
    let paid = jane.send("POST", &pay_page, &[("outcome", "pay")]);
    assert_eq!(paid.status, 303, "{}", server.log());
    let back = paid.header("Location").unwrap().to_owned();
    let checking = jane.send("GET", &back, &[]);
    assert!(checking.everything().contains("We are checking your payment"), "{}", checking.everything());
    assert!(checking.header("Refresh").is_some());
    // The gateway has the money, the shop does not know.
    let money: PaymentStatus =
        shop.run(|conn| sandbox_checkouts::table.select(sandbox_checkouts::payment_status).first(conn));
    assert_eq!(money, PaymentStatus::Paid);
    shop.assert_order(OrderStatus::Pending);
    assert_eq!(jane.send("GET", &emma.download("pdf"), &[]).status, 404);
    server.kill();
    mend_the_shops_books(&shop);
    let server = serve(&shop, address, &[]);
    get(&mut jane, &emma.download("pdf"), &server);
    shop.assert_order(OrderStatus::Paid);
}

#[rocket::async_test]
async fn a_shop_killed_at_any_moment_of_a_payment_has_it_whole_or_not_at_all() {
    let shop = TestShop::new().await;
    let address = free_address();
    let mut buyers = Vec::new();
    for round in 0..6_u64 {
        let emma = shop.book(&format!("Emma {round}")).file("Emma.pdf", PDF).publish();
        let server = serve(&shop, address, &[]);
        let mut buyer = Visitor::new(address);
        let pay_page = begin_to_buy(&mut buyer, &emma.public_id);
        let connection = buyer.tell("POST", &pay_page, &[("outcome", "pay")]).unwrap();
        std::thread::sleep(Duration::from_micros(round * 2_500));
        server.kill();
        drop(connection);
        buyers.push((buyer, emma, pay_page));
    }
    let server = serve(&shop, address, &[]);
    for (buyer, emma, pay_page) in &mut buyers {
        let id = pay_page.trim_start_matches("/sandbox/pay/").to_owned();
        let money: PaymentStatus = shop.run(move |conn| {
            sandbox_checkouts::table
                .filter(sandbox_checkouts::public_id.eq(id))
                .select(sandbox_checkouts::payment_status)
                .first(conn)
        });
        if money == PaymentStatus::Paid {
            get(buyer, &emma.download("pdf"), &server);
        } else {
            assert_eq!(buyer.send("GET", &emma.download("pdf"), &[]).status, 404);
            assert_eq!(buyer.send("POST", pay_page, &[("outcome", "pay")]).status, 303);
            get(buyer, &emma.download("pdf"), &server);
        }
    }
    assert!(shop.orders().iter().all(|order| order.status == OrderStatus::Paid));
    // A sent mail keeps its row without its words, so the subjects count.
    assert_eq!(shop.receipts().len(), buyers.len());
}
