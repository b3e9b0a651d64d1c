//! Links for what can't hold a session, and downloads that go on after a long pause.

use bookplate::accounts::Role;
use bookplate::app::{self, Parts};
use bookplate::db::schema::{accounts, download_links};
use bookplate::downloads::Download;
use bookplate::orders::OrderStatus;
use chrono::TimeDelta;
use diesel::prelude::*;
use rocket::local::asynchronous::Client;

use crate::support::{Browser, TestBook, TestShop};

const PDF: &[u8] = b"%PDF-1.7 the whole of Emma";

fn emma(shop: &TestShop) -> TestBook {
    shop.book("Emma").file("Emma & I.pdf", PDF).publish()
}

/// Makes a link to the book's PDF, and gives its path.
async fn link(browser: &Browser<'_>, book: &TestBook) -> String {
    let page = browser.post("/links", &[("file", book.files[0].public_id.as_str())]).await;
    page.assert_status(200).assert_shows("shown this once");
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    let text = page.text();
    let start =
        text.find("http://localhost/get/").expect("the address is on the page") + "http://localhost".len();
    let rest = &text[start..];
    rest[..rest.find('"').unwrap()].to_owned()
}

#[rocket::async_test]
async fn a_link_opens_one_file_without_a_session_until_it_is_ended() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let path = link(&jane, &emma).await;
    let reader = shop.browser();
    let sent = reader.get(&path).await;
    sent.assert_sends(PDF);
    assert_eq!(sent.header("Referrer-Policy"), Some("no-referrer"));
    reader.get_with(&path, &[("Range", "bytes=5-")]).await.assert_status(206);
    reader.head(&path).await.assert_status(200);
    let row = shop.run(|conn| Download::newest(conn, 1)).remove(0);
    assert_eq!(
        (row.account_id, row.order_id),
        (Some(jane.account.id), Some(order)),
        "the ledger knows whose"
    );

    let secret = path.split('/').nth(2).unwrap().to_owned();
    let kept: Vec<String> =
        shop.run(|conn| download_links::table.select(download_links::token_hash).load(conn));
    assert!(kept.iter().all(|hash| !hash.contains(&secret)), "only a hash is kept");
    let page = jane.get("/links").await;
    page.assert_shows("Emma & I.pdf").assert_shows("last used").assert_shows_not(&secret);
    let text = page.text();
    let end = &text[text.find("/links/").unwrap()..];
    let end = &end[..end.find('"').unwrap()];
    shop.customer("john").post(end, &[]).await.assert_status(404);
    reader.get(&path).await.assert_sends(PDF);
    jane.post(end, &[]).await.assert_redirects_to("/links");
    reader.get(&path).await.assert_status(404).assert_shows("opens nothing");
}

#[rocket::async_test]
async fn a_link_gives_no_more_than_its_maker_has() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let (jane, john) = (shop.customer("jane"), shop.customer("john"));
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let file = emma.files[0].public_id.clone();
    john.post("/links", &[("file", &file)]).await.assert_status(404);
    shop.browser().post("/links", &[("file", &file)]).await.assert_status(401);

    let path = link(&jane, &emma).await;
    let reader = shop.browser();
    shop.set_order_status(order, OrderStatus::Refunded);
    let refused = reader.get(&path).await;
    refused.assert_status(404);
    assert_eq!(refused.header("Content-Disposition"), None);
    shop.set_order_status(order, OrderStatus::Paid);
    reader.get(&path).await.assert_sends(PDF);
    let (id, now) = (jane.account.id, shop.clock.now());
    shop.run(move |conn| {
        diesel::update(accounts::table.find(id)).set(accounts::blocked_at.eq(now)).execute(conn)
    });
    reader.get(&path).await.assert_status(404);
    assert_eq!(shop.customer("mary").account.role, Role::Customer);
}

#[rocket::async_test]
async fn a_guest_makes_links_by_the_orders_key() {
    let shop = TestShop::new().await;
    let (emma, persuasion) = (emma(&shop), shop.book("Persuasion").publish());
    let order = shop.order(None, &[&emma], OrderStatus::Paid);
    let guest = shop.bearer_of(order);
    let path = link(&guest, &emma).await;
    shop.browser().get(&path).await.assert_sends(PDF);
    guest.post("/links", &[("file", &persuasion.files[0].public_id)]).await.assert_status(404);
    shop.close_item(order, &emma);
    shop.browser().get(&path).await.assert_status(404);
}

#[rocket::async_test]
async fn a_paused_download_goes_on_after_weeks_a_restart_and_a_new_edition() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let guest = shop.bearer_of(shop.order(None, &[&emma], OrderStatus::Paid));
    let path = emma.download("pdf");
    let first = guest.get_with(&path, &[("Range", "bytes=0-9")]).await;
    let etag = first.header("ETag").unwrap().to_owned();
    let rest = [("Range", "bytes=10-"), ("If-Range", etag.as_str())];

    shop.clock.advance(TimeDelta::days(40));
    let second = shop.edition(&emma, &[("Emma & I.pdf", b"%PDF-1.7 Emma, corrected once")], true);
    let later = guest.get_with(&path, &rest).await;
    later.assert_status(206);
    assert!(
        [&first.body[..], &later.body[..]].concat() == PDF,
        "the old edition is finished with its own bytes"
    );
    let newer = guest.get_with(&second.download("pdf"), &rest).await;
    newer.assert_sends(b"%PDF-1.7 Emma, corrected once");

    // The program is started anew on the same data.
    let parts = Parts {
        figment: rocket::figment::Figment::from(rocket::Config::debug_default())
            .merge(("log_level", "off"))
            .merge(("ident", false)),
        settings: shop.settings.clone(),
        db: shop.db.clone(),
        store: shop.store.clone(),
        clock: shop.clock.clone(),
    };
    let again = Client::untracked(app::build(parts)).await.unwrap();
    let browser = Browser::new(&again);
    browser.set_cookie("bookplate-orders", &guest.cookie("bookplate-orders").unwrap());
    let later = browser.get_with(&path, &rest).await;
    later.assert_status(206);
    assert!(later.body == PDF[10..]);
}
