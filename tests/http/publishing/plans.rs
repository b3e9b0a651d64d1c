//! Titles that come out by themselves, are taken off the shelves, and come back.

use chrono::TimeDelta;

use super::whole_way::{add_file, leads_to, open_review};
use crate::support::{Browser, TestShop};

const SALT: &[(&str, &str)] = &[("title", "Salt"), ("language", "en"), ("kind", "fixed"), ("price", "4.99")];

/// A title that is ready.
async fn ready(shop: &TestShop, desk: &Browser<'_>) -> String {
    let page = leads_to(&desk.post("/publish/titles", SALT).await);
    add_file(shop, &page, "Salt.pdf", b"%PDF-1.7 salt");
    page
}

#[rocket::async_test]
async fn an_admins_title_comes_out_at_its_time_and_not_before() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let page = ready(&shop, &ada).await;
    for (at, sentence) in [
        ("", "Please choose a day and a time, in UTC."),
        ("tomorrow", "Please choose a day and a time, in UTC."),
        ("2026-03-01T11:59", "This moment is over."),
    ] {
        let answer = ada.post(&format!("{page}/publish"), &[("when", "later"), ("at", at)]).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows(&format!("value=\"{at}\""));
    }
    let later = [("when", "later"), ("at", "2026-03-02T08:30")];
    ada.post(&format!("{page}/publish"), &later).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("It comes out on <b>2 March 2026, 08:30 UTC</b>");
    ada.get("/publish").await.assert_shows("2 March 2026, 08:30 UTC");
    shop.clock.advance(TimeDelta::hours(20));
    shop.task("publishing").await;
    shop.browser().get("/books/salt").await.assert_status(404);
    shop.clock.advance(TimeDelta::minutes(30));
    shop.task("publishing").await;
    shop.browser().get("/books/salt").await.assert_status(200).assert_shows("Add to cart");
    ada.get(&page).await.assert_shows_not("It comes out on");
    shop.task("publishing").await;
}

#[rocket::async_test]
async fn a_plan_is_undone_and_one_that_can_not_be_kept_says_so() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let page = ready(&shop, &ada).await;
    let later = [("when", "later"), ("at", "2026-03-02T08:30")];
    ada.post(&format!("{page}/publish"), &later).await.assert_redirects_to(&page);
    ada.post(&format!("{page}/plan/cancel"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("It does not come out by itself any more.");
    ada.post(&format!("{page}/plan/cancel"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("There is no plan any more");
    shop.clock.advance(TimeDelta::days(2));
    shop.task("publishing").await;
    shop.browser().get("/books/salt").await.assert_status(404);
    // Its only file is removed before its time.
    let later = [("when", "later"), ("at", "2026-03-05T08:30")];
    ada.post(&format!("{page}/publish"), &later).await.assert_redirects_to(&page);
    let text = ada.get(&page).await.text();
    let file = text.split("/download/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    ada.post(&format!("{page}/files/{file}/remove"), &[]).await.assert_redirects_to(&page);
    shop.clock.advance(TimeDelta::days(3));
    shop.task("publishing").await;
    shop.task("publishing").await;
    ada.get(&page).await.assert_shows("It did not come out on 5 March 2026, 08:30 UTC.");
    let told: Vec<_> =
        shop.mails().into_iter().filter(|mail| mail.subject == "“Salt” did not come out").collect();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[rocket::async_test]
async fn what_is_approved_waits_for_its_time_and_can_be_taken_back() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    let page = ready(&shop, &pat).await;
    let later = [("when", "later"), ("at", "2026-03-02T08:30")];
    let yes = [("verdict", "approve"), ("words", "")];
    pat.post(&format!("{page}/publish"), &later).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("once an admin has said yes");
    ada.post(&open_review(&ada).await, &yes).await.assert_redirects_to("/admin/reviews");
    ada.get("/admin/reviews").await.assert_shows("It comes out on 2 March 2026, 08:30 UTC.");
    shop.browser().get("/books/salt").await.assert_status(404);
    pat.get(&page).await.assert_shows("Approved").assert_shows_not(">Remove<");
    // Taken back, it needs another yes.
    pat.post(&format!("{page}/take-back"), &[]).await.assert_redirects_to(&page);
    shop.clock.advance(TimeDelta::days(2));
    shop.task("publishing").await;
    shop.browser().get("/books/salt").await.assert_status(404);
    let later = [("when", "later"), ("at", "2026-03-05T08:30")];
    pat.post(&format!("{page}/publish"), &later).await.assert_redirects_to(&page);
    // The time comes before the yes: it waits for the yes.
    shop.clock.advance(TimeDelta::days(5));
    shop.task("publishing").await;
    shop.browser().get("/books/salt").await.assert_status(404);
    ada.post(&open_review(&ada).await, &yes).await.assert_redirects_to("/admin/reviews");
    shop.browser().get("/books/salt").await.assert_status(200);
}

#[rocket::async_test]
async fn an_archived_title_comes_back_and_a_publishers_with_a_yes() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    let page = format!("/publish/titles/{}", emma.public_id);
    let visitor = shop.browser();
    pat.post(&format!("{page}/archive"), &[]).await.assert_redirects_to(&page);
    visitor.get(&emma.page()).await.assert_shows("No longer for sale.");
    pat.post(&format!("{page}/bring-back"), &[]).await.assert_redirects_to(&page);
    pat.get(&page).await.assert_shows("An admin is asked to bring it back.");
    visitor.get(&emma.page()).await.assert_shows("No longer for sale.");
    let review = open_review(&ada).await;
    ada.get(&review).await.assert_shows("Back on the shelves");
    ada.post(&review, &[("verdict", "approve")]).await.assert_redirects_to("/admin/reviews");
    visitor.get(&emma.page()).await.assert_shows("Add to cart");
    ada.post(&format!("{page}/archive"), &[]).await.assert_redirects_to(&page);
    ada.post(&format!("{page}/bring-back"), &[]).await.assert_redirects_to(&page);
    visitor.get(&emma.page()).await.assert_shows("Add to cart");
    ada.get("/admin/log").await.assert_shows("Back on the shelves").assert_shows("Taken off the shelves");
    ada.post(&format!("{page}/bring-back"), &[]).await.assert_redirects_to(&page);
    ada.get(&page).await.assert_shows("can't be brought back");
}

#[rocket::async_test]
async fn without_review_publishers_publish_themselves() {
    let shop = TestShop::with(|settings| settings.publishing.review = false).await;
    let pat = shop.publisher("pat");
    let page = ready(&shop, &pat).await;
    pat.get(&page).await.assert_shows_not("Send to review");
    pat.post(&format!("{page}/publish"), &[("when", "now")]).await.assert_redirects_to(&page);
    shop.browser().get("/books/salt").await.assert_status(200).assert_shows("Add to cart");
    let nothing = pat.post(&format!("{page}/publish"), &[("when", "now")]).await;
    nothing.assert_status(422).assert_shows("There is nothing to publish");
}
