//! What the ledger knows of what was really sent, and the limits that count it.

use bookplate::config::Backend;
use bookplate::db::schema::orders;
use bookplate::delivery::Conditions;
use bookplate::downloads::{Asked, Delivered, Download, Ended, Entry, Noted, Outcome};
use bookplate::jobs::Jobs;
use bookplate::orders::{OrderId, OrderStatus};
use bookplate::permission::{self, Decision, Viewer};
use chrono::TimeDelta;
use diesel::prelude::*;
use rocket::http::Header;

use crate::support::{Browser, TestBook, TestShop};

const PDF: &[u8] = b"%PDF-1.7 the whole of Emma";

fn emma(shop: &TestShop) -> TestBook {
    shop.book("Emma").file("Emma.pdf", PDF).publish()
}

fn sold(shop: &TestShop, book: &TestBook) -> OrderId {
    shop.order(None, &[book], OrderStatus::Paid)
}

async fn range(guest: &Browser<'_>, book: &TestBook, range: &str) {
    guest.get_with(&book.download("pdf"), &[("Range", range)]).await.assert_status(206);
}

/// The order's downloads as people count them: requests, bytes, and whether they are complete; the newest first.
fn counted(shop: &TestShop, order: OrderId) -> Vec<(i64, i64, bool)> {
    let rows = shop.run(move |conn| Delivered::of_order(conn, order, 10));
    rows.into_iter().map(|row| (row.answers, row.sent_bytes, row.completed_at.is_some())).collect()
}

#[rocket::async_test]
async fn the_ledger_knows_a_whole_book_a_part_and_one_that_broke_off() {
    let shop = TestShop::new().await;
    let long = [PDF, &[b' '; 1_000_000]].concat();
    let emma = shop.book("Emma").file("Emma.pdf", &long).publish();
    let guest = shop.bearer_of(sold(&shop, &emma));
    guest.get(&emma.download("pdf")).await.assert_sends(&long);
    range(&guest, &emma, "bytes=0-9").await;
    guest.head(&emma.download("pdf")).await.assert_status(200);
    let rows = shop.run(|conn| Download::newest(conn, 3));
    let known: Vec<_> = rows.iter().rev().map(|row| (row.outcome, row.sent_bytes)).collect();
    let all = i64::try_from(long.len()).unwrap();
    assert_eq!(
        known,
        [(Some(Outcome::Complete), Some(all)), (Some(Outcome::Partial), Some(10)), (None, None)],
        "and nothing is sent to someone who only looks"
    );

    // The reader goes before the first byte.
    let token = guest.cookie("bookplate-orders").unwrap();
    let request = shop.client.get(emma.download("pdf")).header(Header::new("Host", "localhost"));
    drop(request.cookie(("bookplate-orders", token)).dispatch().await);
    guest.get("/healthz").await;
    let row = shop.run(|conn| Download::newest(conn, 1)).remove(0);
    assert_eq!((row.outcome, row.sent_bytes), (Some(Outcome::Aborted), Some(0)));
}

#[rocket::async_test]
async fn an_end_that_comes_with_its_answer_is_written_as_one_that_comes_later() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let at = shop.clock.now();
    let ends = [(None, 26, 26), (Some(0..10), 10, 10), (Some(5..26), 21, 3), (None, 26, 0)];
    let count = ends.len();
    for (number, (part, promised, sent)) in ends.into_iter().enumerate() {
        let viewer = Viewer::account(&jane.account);
        let file = emma.download("pdf").replace("/download/", "");
        let ended = Ended { ticket: format!("later{number}"), at, part, promised, sent };
        shop.run(move |conn| {
            let Decision::Allowed(grant) = permission::can_view(conn, &viewer, &file)? else {
                panic!("jane has bought it")
            };
            let asked = Asked {
                at,
                viewer: &viewer,
                conditions: &Conditions::default(),
                backend: Backend::Builtin,
                ticket: Some(&ended.ticket),
                device: Some("a telephone"),
            };
            let mut entry = Entry::allowed(&grant, &asked, 200);
            Entry::insert(std::slice::from_ref(&entry), conn)?;
            assert_eq!(ended.note(conn, TimeDelta::hours(24))?, Noted::Now);
            entry.end(&ended);
            Entry::insert(std::slice::from_ref(&entry), conn)?;
            entry.count(conn, &ended, TimeDelta::hours(24))
        });
    }
    let rows = shop.run(|conn| Download::newest(conn, 10));
    assert_eq!(rows.len(), 2 * count);
    for pair in rows.chunks(2) {
        let together = Download { id: pair[1].id, ticket: pair[1].ticket.clone(), ..pair[0].clone() };
        assert_eq!(together, pair[1]);
        assert!(together.outcome.is_some());
    }
    assert_eq!(counted(&shop, order), [(8, 2 * (26 + 10 + 3), true)]);
}

#[rocket::async_test]
async fn a_download_in_many_pieces_is_one() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let order = sold(&shop, &emma);
    let guest = shop.bearer_of(order);
    for piece in ["bytes=20-25", "bytes=0-9", "bytes=15-19"] {
        range(&guest, &emma, piece).await;
    }
    assert_eq!(counted(&shop, order), [(3, 21, false)], "five bytes are missing");
    shop.clock.advance(TimeDelta::days(3));
    range(&guest, &emma, "bytes=10-14").await;
    assert_eq!(counted(&shop, order), [(4, 26, true)], "a pause of days is a pause");
    shop.clock.advance(TimeDelta::hours(2));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    shop.clock.advance(TimeDelta::hours(30));
    guest.get(&emma.download("pdf")).await.assert_sends(PDF);
    assert_eq!(counted(&shop, order).len(), 2, "a day later it is another one");
}

#[rocket::async_test]
async fn a_limit_counts_complete_downloads_alone_and_an_admin_lifts_it() {
    let shop = TestShop::with(|settings| settings.delivery.limits.downloads_per_purchase = 2).await;
    let emma = emma(&shop);
    let order = sold(&shop, &emma);
    let guest = shop.bearer_of(order);
    let path = emma.download("pdf");
    for _ in 0..5 {
        range(&guest, &emma, "bytes=0-9").await;
    }
    for _ in 0..2 {
        shop.clock.advance(TimeDelta::hours(25));
        guest.get(&path).await.assert_sends(PDF);
        guest.get(&path).await.assert_sends(PDF);
    }
    shop.clock.advance(TimeDelta::hours(25));
    let refused = guest.get(&path).await;
    refused.assert_status(403).assert_shows("as often as this shop allows");
    assert_eq!(refused.header("Content-Disposition"), None);
    let row = shop.run(|conn| Download::newest(conn, 1)).remove(0);
    assert_eq!((row.allowed, row.reason.as_str(), row.status), (false, "limit", 403));

    let ada = shop.admin("ada");
    let id: String = shop.run(move |conn| orders::table.find(order).select(orders::public_id).first(conn));
    let page = format!("/admin/orders/{id}");
    ada.get(&page).await.assert_shows("Emma.pdf").assert_shows("Count downloads anew");
    ada.post(&format!("{page}/downloads"), &[]).await.assert_status(303);
    guest.get(&path).await.assert_sends(PDF);
}

#[rocket::async_test]
async fn a_limit_of_devices_lets_known_ones_in_and_forgets_them_after_a_day() {
    let shop = TestShop::with(|settings| settings.delivery.limits.devices_per_day = 1).await;
    let emma = shop.book("Emma").file("Emma.pdf", PDF).file("Emma.txt", b"text").publish();
    let order = sold(&shop, &emma);
    let device = |name: &str| shop.bearer_of(order).header("User-Agent", name);
    device("reader").get(&emma.download("pdf")).await.assert_sends(PDF);
    device("reader").get(&emma.download("txt")).await.assert_sends(b"text");
    let refused = device("phone").get(&emma.download("txt")).await;
    refused.assert_status(429).assert_shows("1 devices today");
    assert!(refused.header("Retry-After").is_some());
    shop.clock.advance(TimeDelta::hours(25));
    device("phone").get(&emma.download("txt")).await.assert_sends(b"text");

    shop.clock.advance(TimeDelta::hours(25));
    shop.client.rocket().state::<Jobs>().unwrap().run_once("delivery log").await.unwrap();
    let kept: Vec<_> =
        shop.run(|conn| Download::newest(conn, 10)).into_iter().filter_map(|row| row.device).collect();
    assert_eq!(kept, Vec::<String>::new());
}

#[rocket::async_test]
async fn one_reader_cannot_take_all_places_and_gets_one_back_when_done() {
    let shop = TestShop::with(|settings| settings.delivery.limits.at_once_per_buyer = 2).await;
    let emma = shop.book("Emma").file("Emma.pdf", &[b' '; 1_000_000]).publish();
    let (jane, john) = (shop.customer("jane"), shop.customer("john"));
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    shop.order(Some(john.account.id), &[&emma], OrderStatus::Paid);
    let session = jane.cookie("bookplate-session").unwrap();
    let begin = || {
        let request = shop.client.get(emma.download("pdf")).header(Header::new("Host", "localhost"));
        request.cookie(("bookplate-session", session.clone())).dispatch()
    };
    let running = [begin().await, begin().await];
    let refused = jane.get(&emma.download("pdf")).await;
    refused.assert_status(429).assert_shows("must wait");
    assert_eq!(refused.header("Retry-After"), Some("10"));
    john.get(&emma.download("pdf")).await.assert_status(200);
    jane.get("/library").await.assert_status(200);
    drop(running);
    jane.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_slow_lane_sends_the_same_bytes() {
    let shop = TestShop::with(|settings| {
        settings.delivery.limits.kilobytes_per_second = 400;
        settings.delivery.limits.kilobytes_per_second_per_buyer = 300;
    })
    .await;
    let book: Vec<u8> = (0..75_000_u32).flat_map(u32::to_be_bytes).collect();
    let emma = shop.book("Emma").file("Emma.pdf", &book).publish();
    let guest = shop.bearer_of(sold(&shop, &emma));
    guest.get(&emma.download("pdf")).await.assert_sends(&book);
}
