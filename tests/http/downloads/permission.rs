//! Who gets the bytes, and who gets nothing at all.

use bookplate::catalog::BookStatus;
use bookplate::config::{Backend, Denied};
use bookplate::db::schema::downloads;
use bookplate::orders::OrderStatus;
use diesel::prelude::*;
use rocket::http::Method;

use crate::support::{Answer, Browser, TestBook, TestShop};

const UNKNOWN: &str = "00000000000000000000000000";
const PDF: &[u8] = b"%PDF-1.7 the whole of Emma";

fn emma(shop: &TestShop) -> TestBook {
    shop.book("Emma").file("Emma.pdf", PDF).sample("Emma, sample.pdf", b"%PDF-1.7 a page").publish()
}

async fn download(browser: &Browser<'_>, book: &TestBook) -> Answer {
    browser.get(&book.download("pdf")).await
}

#[rocket::async_test]
async fn a_buyer_downloads_what_was_paid_for_and_nobody_else_does() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let (jane, john) = (shop.customer("jane"), shop.customer("john"));
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Pending);

    download(&jane, &emma).await.assert_status(404);
    shop.set_order_status(order, OrderStatus::Paid);
    download(&jane, &emma).await.assert_sends(PDF);
    download(&john, &emma).await.assert_status(404);
    download(&shop.browser(), &emma).await.assert_status(404);
}

#[rocket::async_test]
async fn access_follows_the_order_at_the_next_request_both_ways() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    for (status, expected) in [
        (OrderStatus::Disputed, 404),
        (OrderStatus::Paid, 200),
        (OrderStatus::Refunded, 404),
        (OrderStatus::PartiallyRefunded, 200),
        (OrderStatus::ChargedBack, 404),
        (OrderStatus::NeedsReview, 404),
    ] {
        shop.set_order_status(order, status);
        assert_eq!(download(&jane, &emma).await.status, expected, "{status}");
    }
}

#[rocket::async_test]
async fn a_refund_of_one_book_leaves_the_other_one_open() {
    let shop = TestShop::new().await;
    let (emma, persuasion) = (emma(&shop), shop.book("Persuasion").publish());
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma, &persuasion], OrderStatus::PartiallyRefunded);
    shop.close_item(order, &emma);
    download(&jane, &emma).await.assert_status(404);
    download(&jane, &persuasion).await.assert_status(200);
}

#[rocket::async_test]
async fn a_guest_reads_by_the_orders_token_and_only_that_order() {
    let shop = TestShop::new().await;
    let (emma, persuasion) = (emma(&shop), shop.book("Persuasion").publish());
    let order = shop.order(None, &[&emma], OrderStatus::Paid);
    let guest = shop.bearer_of(order);
    download(&guest, &emma).await.assert_sends(PDF);
    download(&guest, &persuasion).await.assert_status(404);
    // Tokens that are none do not hurt the one that is.
    let token = guest.cookie("bookplate-orders").unwrap();
    guest.set_cookie("bookplate-orders", &format!("nonsense.{}.{token}", "0".repeat(26)));
    download(&guest, &emma).await.assert_sends(PDF);
}

#[rocket::async_test]
async fn a_buyer_keeps_an_archived_book_and_gets_the_newest_edition() {
    let shop = TestShop::new().await;
    let first = emma(&shop);
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&first], OrderStatus::Paid);
    let second = shop.edition(&first, &[("Emma.pdf", b"%PDF-1.7 Emma, corrected")], true);
    let third = shop.edition(&first, &[("Emma.pdf", b"%PDF-1.7 Emma, in the making")], false);
    shop.set_book_status(&first, BookStatus::Archived);

    download(&jane, &first).await.assert_sends(PDF);
    download(&jane, &second).await.assert_sends(b"%PDF-1.7 Emma, corrected");
    download(&jane, &third).await.assert_status(404);
    shop.browser().get(&first.sample("pdf")).await.assert_status(404);
}

#[rocket::async_test]
async fn samples_and_free_books_are_for_everyone_while_they_are_out() {
    let shop = TestShop::new().await;
    let (emma, free) = (emma(&shop), shop.book("A Gift").price(0).file("Gift.pdf", PDF).publish());
    shop.browser().get(&emma.sample("pdf")).await.assert_sends(b"%PDF-1.7 a page");
    download(&shop.browser(), &free).await.assert_sends(PDF);
    shop.set_book_status(&free, BookStatus::Draft);
    download(&shop.browser(), &free).await.assert_status(404);
}

#[rocket::async_test]
async fn the_publisher_and_admins_read_a_draft_and_other_publishers_do_not() {
    let shop = TestShop::new().await;
    let pat = shop.publisher("pat");
    let draft = shop.book_of(pat.account.id, "A Draft").file("Draft.pdf", PDF).draft();
    download(&pat, &draft).await.assert_sends(PDF);
    download(&shop.admin("ada"), &draft).await.assert_sends(PDF);
    download(&shop.publisher("paul"), &draft).await.assert_status(404);
    download(&shop.customer("carl"), &draft).await.assert_status(404);
}

#[rocket::async_test]
async fn an_admins_word_goes_before_the_order_history() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let (press, thief) = (shop.customer("press"), shop.customer("thief"));
    shop.order(Some(thief.account.id), &[&emma], OrderStatus::Paid);
    shop.set_override(&press.account, &emma, true);
    shop.set_override(&thief.account, &emma, false);
    download(&press, &emma).await.assert_sends(PDF);
    download(&thief, &emma).await.assert_status(404);
}

#[rocket::async_test]
async fn unknown_and_denied_look_the_same_whatever_is_asked() {
    for denied in [Denied::NotFound, Denied::Forbidden] {
        for backend in [Backend::Builtin, Backend::Nginx, Backend::Apache] {
            let shop = TestShop::with(|settings| {
                settings.denied = denied;
                settings.delivery.backend = backend;
            })
            .await;
            let emma = emma(&shop);
            let jane = shop.customer("jane");
            for browser in [&jane.browser, &shop.browser()] {
                for headers in [
                    &[][..],
                    &[("Range", "bytes=0-3")],
                    &[("If-None-Match", "*")],
                    &[("X-Sendfile", "/etc/passwd"), ("X-Accel-Redirect", "/protected/x")],
                ] {
                    for method in [Method::Get, Method::Head] {
                        let denied = browser.send(method, &emma.download("pdf"), headers, None).await;
                        let unknown =
                            browser.send(method, &format!("/download/{UNKNOWN}"), headers, None).await;
                        assert!([401, 403, 404].contains(&denied.status), "{}", denied.status);
                        let asked = emma.download("pdf").replace("/download/", "");
                        let same = without_ids(&denied, &asked) == without_ids(&unknown, UNKNOWN);
                        assert!(
                            same,
                            "{}
---
{}",
                            denied.text(),
                            unknown.text()
                        );
                        for name in
                            ["X-Accel-Redirect", "X-Sendfile", "Content-Disposition", "ETag", "Accept-Ranges"]
                        {
                            assert_eq!(denied.header(name), None, "{name}");
                        }
                        assert_eq!(denied.header("Cache-Control"), Some("no-store"));
                    }
                }
            }
        }
    }
}

/// An answer but for what it repeats of its own request: the request's id, and the file's.
fn without_ids(answer: &Answer, file: &str) -> (u16, Vec<(String, String)>, String) {
    let id = answer.header("X-Request-Id").unwrap_or_default().to_owned();
    let headers =
        answer.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("x-request-id")).cloned();
    (answer.status, headers.collect(), answer.text().replace(&id, "ID").replace(file, "FILE"))
}

#[rocket::async_test]
async fn the_forbidden_setting_answers_403_to_someone_who_is_signed_in() {
    let shop = TestShop::with(|settings| settings.denied = Denied::Forbidden).await;
    let emma = emma(&shop);
    download(&shop.customer("jane"), &emma).await.assert_status(403);
    download(&shop.browser(), &emma).await.assert_status(401);
}

#[rocket::async_test]
async fn a_person_who_follows_a_link_is_sent_to_sign_in_and_back() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let path = emma.download("pdf");
    let answer = shop.browser().get_with(&path, &[("Sec-Fetch-Mode", "navigate")]).await;
    answer.assert_redirects_to(&format!("/sign-in?next={}", path.replace('/', "%2F")));
}

#[rocket::async_test]
async fn a_file_that_the_store_lost_is_a_502_and_the_order_stays_as_it_was() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let key = emma.files.iter().find(|file| !file.is_sample).unwrap().storage_key.parse().unwrap();
    std::fs::remove_file(shop.store.local().unwrap().path_of(&key)).unwrap();
    let answer = download(&jane, &emma).await;
    answer.assert_status(502).assert_shows("Your order is safe");
    assert!(!answer.text().contains(key.as_str()), "the page names the storage key");
}

#[rocket::async_test]
async fn every_decision_is_in_the_ledger() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    let order = shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    download(&jane, &emma).await.assert_status(200);
    jane.get_with(&emma.download("pdf"), &[("Range", "bytes=0-3")]).await.assert_status(206);
    shop.set_order_status(order, OrderStatus::Refunded);
    download(&jane, &emma).await.assert_status(404);
    let rows: Vec<(bool, String, i32, Option<String>)> = shop.run(|conn| {
        downloads::table
            .order(downloads::id)
            .select((downloads::allowed, downloads::reason, downloads::status, downloads::range))
            .load(conn)
    });
    let range = Some("bytes=0-3".to_owned());
    assert_eq!(
        rows,
        [
            (true, "bought".to_owned(), 200, None),
            (true, "bought".to_owned(), 206, range),
            (false, "refunded".to_owned(), 404, None)
        ]
    );
}

#[rocket::async_test]
async fn a_database_that_does_not_answer_lets_nobody_in() {
    let shop = TestShop::new().await;
    let emma = emma(&shop);
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    shop.run(|conn| diesel::sql_query("ALTER TABLE line_items RENAME TO lost").execute(conn));
    let answer = download(&jane, &emma).await;
    assert!((500..600).contains(&answer.status), "{}", answer.status);
    assert_eq!(answer.header("Content-Disposition"), None);
}
