//! Who is told of a new edition, how often, and how they say no.

use bookplate::orders::OrderStatus;
use chrono::TimeDelta;

use super::whole_way::add_file;
use crate::support::purchase::Waiting;
use crate::support::{TestBook, TestShop};

/// The mails about new editions, by recipient.
fn news(shop: &TestShop) -> Vec<Waiting> {
    let mut news: Vec<_> =
        shop.mails().into_iter().filter(|mail| mail.subject.starts_with("A new edition")).collect();
    news.sort_by(|a, b| a.to.cmp(&b.to));
    news
}

fn told(shop: &TestShop) -> Vec<String> {
    news(shop).into_iter().map(|mail| mail.to).collect()
}

/// One more edition of `book`, put out by an admin; `tell` whether its buyers are told.
async fn next_edition(shop: &TestShop, admin: &crate::support::Browser<'_>, book: &TestBook, tell: bool) {
    shop.clock.advance(TimeDelta::hours(1));
    let page = format!("/publish/titles/{}", book.public_id);
    admin.post(&format!("{page}/editions"), &[]).await.assert_redirects_to(&page);
    let bytes = format!("%PDF-1.7 {}", shop.clock.now());
    add_file(shop, &page, "Emma.pdf", bytes.as_bytes());
    let mut fields = vec![("when", "now")];
    if tell {
        fields.push(("tell", "true"));
    }
    admin.post(&format!("{page}/publish"), &fields).await.assert_redirects_to(&page);
    shop.task("publishing").await;
    shop.task("publishing").await;
}

#[rocket::async_test]
async fn each_buyer_is_told_once_and_nobody_else() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let other = shop.book("Other").publish();
    let (jane, kim, lee) = (shop.customer("jane"), shop.customer("kim"), shop.customer("lee"));
    jane.buys(&[&emma, &other], "").await;
    // The same reader under two spellings of one address, once signed in and twice as a guest.
    shop.browser().buys(&[&emma], "Jane@Example.com").await;
    shop.browser().buys(&[&emma], "guest@example.org").await;
    lee.buys(&[&other], "").await;
    let refunded = shop.order(Some(kim.account.id), &[&emma], OrderStatus::Refunded);
    shop.close_item(refunded, &emma);
    next_edition(&shop, &ada, &emma, false).await;
    assert!(told(&shop).is_empty(), "nobody is told who was not to be told");
    next_edition(&shop, &ada, &emma, true).await;
    assert_eq!(told(&shop), ["guest@example.org", "jane@example.com"]);
    let page = format!("/publish/titles/{}", emma.public_id);
    ada.get(&page).await.assert_shows("Buyers are told by mail: <span class=\"figures\">2</span> so far.");
    // The guest's mail opens the guest's books, without a sign-in.
    let mail = news(&shop).remove(0);
    let guest = shop.browser();
    let opened = guest.get(&mail.link("/orders/open/")).await;
    guest.follow(opened).await.assert_status(200);
    guest
        .get("/library")
        .await
        .assert_status(200)
        .assert_shows("Emma")
        .assert_shows("The edition you bought");
}

#[rocket::async_test]
async fn who_has_the_edition_by_their_purchase_is_not_told_of_it() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let page = format!("/publish/titles/{}", emma.public_id);
    ada.post(&format!("{page}/editions"), &[]).await.assert_redirects_to(&page);
    ada.post(&format!("{page}/publish"), &[("when", "now"), ("tell", "true")])
        .await
        .assert_redirects_to(&page);
    shop.clock.advance(TimeDelta::minutes(1));
    shop.customer("jane").buys(&[&emma], "").await;
    shop.task("publishing").await;
    assert!(told(&shop).is_empty());
}

#[rocket::async_test]
async fn a_link_stops_the_mails_about_a_book_or_about_all() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let other = shop.book("Other").publish();
    shop.browser().buys(&[&emma, &other], "guest@example.org").await;
    next_edition(&shop, &ada, &emma, true).await;
    let link = news(&shop)[0].link("/news/");
    let visitor = shop.browser();
    let page = visitor.get(&link).await;
    page.assert_status(200).assert_shows("You are told about new editions of “Emma”.");
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    page.assert_shows_not("guest@example.org");
    // To look at the link changes nothing.
    next_edition(&shop, &ada, &emma, true).await;
    assert_eq!(told(&shop).len(), 2);
    visitor.post(&link, &[("what", "stop"), ("book", &emma.public_id)]).await.assert_redirects_to(&link);
    visitor.get(&link).await.assert_shows("You get no more mails about “Emma”.");
    next_edition(&shop, &ada, &emma, true).await;
    assert_eq!(told(&shop).len(), 2);
    next_edition(&shop, &ada, &other, true).await;
    assert_eq!(told(&shop).len(), 3, "another book is another matter");
    // The link of one book says nothing about another.
    visitor.post(&link, &[("what", "stop"), ("book", &other.public_id)]).await.assert_status(404);
    visitor.post(&link, &[("what", "stop")]).await.assert_redirects_to(&link);
    visitor.get(&link).await.assert_shows("You get no mails about new editions.");
    next_edition(&shop, &ada, &other, true).await;
    assert_eq!(told(&shop).len(), 3);
    visitor.post(&link, &[("what", "go-on")]).await.assert_redirects_to(&link);
    next_edition(&shop, &ada, &other, true).await;
    assert_eq!(told(&shop).len(), 4);
    next_edition(&shop, &ada, &emma, true).await;
    assert_eq!(told(&shop).len(), 4, "what was said about the one book still counts");
    visitor.get("/news/nothing").await.assert_status(404);
}

#[rocket::async_test]
async fn an_account_says_so_in_its_settings() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    shop.browser().get("/account/news").await.assert_status(401);
    jane.get("/account").await.assert_shows("/account/news");
    jane.post("/account/news", &[("what", "stop")]).await.assert_redirects_to("/account/news");
    jane.get("/account/news").await.assert_shows("You get no mails about new editions.");
    next_edition(&shop, &ada, &emma, true).await;
    assert!(told(&shop).is_empty());
    jane.post("/account/news", &[("what", "go-on")]).await.assert_redirects_to("/account/news");
    jane.post("/account/news", &[("what", "stop"), ("book", &emma.public_id)]).await.assert_status(303);
    jane.get("/account/news").await.assert_shows("Not about these").assert_shows("Emma");
    next_edition(&shop, &ada, &emma, true).await;
    assert!(told(&shop).is_empty());
    jane.post("/account/news", &[("what", "go-on"), ("book", &emma.public_id)]).await.assert_status(303);
    next_edition(&shop, &ada, &emma, true).await;
    assert_eq!(told(&shop), ["jane@example.com"]);
}
