//! Becoming a publisher, being declined, and being one no more.

use super::whole_way::open_review;
use crate::support::TestShop;

#[rocket::async_test]
async fn a_wish_is_declined_with_words_and_can_be_made_again() {
    let shop = TestShop::new().await;
    let (jane, ada) = (shop.customer("jane"), shop.admin("ada"));
    let words = [("words", "I would like to sell my novels here.")];
    jane.post("/account/publisher", &words).await.assert_status(303);
    let text = ada.get("/admin/publishers").await.text();
    let wish = text.split("action=\"/admin/publishers/").nth(1).unwrap().split('/').next().unwrap();
    let address = format!("/admin/publishers/{wish}/answer");
    let mute = ada.post(&address, &[("verdict", "decline")]).await;
    mute.assert_status(422).assert_shows("Please say why: they read it.").assert_shows("my novels");
    ada.post(&address, &[("verdict", "decline"), ("words", "Only poems, sorry.")]).await.assert_status(303);
    jane.get("/account/publisher")
        .await
        .assert_shows("Your last wish was declined")
        .assert_shows("Only poems");
    jane.get("/publish").await.assert_status(403);
    let told: Vec<_> = shop.mails().into_iter().filter(|mail| mail.to == "jane@example.com").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("Only poems, sorry."), "{}", told[0].text);
    jane.post("/account/publisher", &words).await.assert_status(303);
    jane.post("/account/publisher/withdraw", &[]).await.assert_status(303);
    ada.get("/admin/publishers").await.assert_shows("Nobody asks at the moment.");
}

#[rocket::async_test]
async fn a_shop_can_take_no_new_publishers() {
    let shop = TestShop::with(|settings| settings.publishing.requests = false).await;
    let jane = shop.customer("jane");
    jane.get("/account/publisher").await.assert_shows("takes no new publishers");
    jane.post("/account/publisher", &[("words", "I would like to sell my novels here.")])
        .await
        .assert_status(303);
    let ada = shop.admin("ada");
    ada.get("/admin/publishers").await.assert_shows("Nobody asks at the moment.");
    shop.browser().get("/account/publisher").await.assert_status(401);
}

#[rocket::async_test]
async fn who_is_no_publisher_any_more_keeps_no_title_in_hand() {
    for archive in [false, true] {
        let shop = TestShop::new().await;
        let (pat, ada, jane) = (shop.publisher("pat"), shop.admin("ada"), shop.customer("jane"));
        let emma = shop.book_of(pat.account.id, "Emma").publish();
        let draft =
            shop.book_of(pat.account.id, "Sanditon").but(|new| new.language = "en".to_owned()).draft();
        let page = format!("/publish/titles/{}", draft.public_id);
        pat.post(&format!("{page}/publish"), &[("when", "now")]).await.assert_redirects_to(&page);
        let review = open_review(&ada).await;
        jane.buys(&[&emma], "").await;
        ada.get("/admin/publishers").await.assert_shows("2, 1 for sale");
        let address = format!("/admin/publishers/{}", pat.account.public_id);
        ada.get(&address).await.assert_status(200).assert_shows("Whoever bought a book keeps it.");
        let unsure = ada.post(&format!("{address}/end"), &[("words", "Bye")]).await;
        unsure
            .assert_status(422)
            .assert_shows("Please choose what becomes of the titles.")
            .assert_shows("Bye");
        let titles = if archive { "archive" } else { "keep" };
        let end = [("titles", titles), ("words", "Bye.")];
        ada.post(&format!("{address}/end"), &end).await.assert_redirects_to("/admin/publishers");
        // Their sessions end with the role.
        pat.get("/publish").await.assert_status(401);
        let pat = shop.signed_in(&pat.account);
        pat.get("/publish").await.assert_status(403);
        pat.get(&page).await.assert_status(403);
        let shown = if archive { "No longer for sale." } else { "Add to cart" };
        shop.browser().get(&emma.page()).await.assert_shows(shown);
        jane.get(&emma.download("pdf")).await.assert_status(200);
        // What waited for review is a draft again.
        ada.get(&review).await.assert_shows("Taken back");
        ada.get(&page).await.assert_shows("Draft");
        ada.get("/admin/log").await.assert_shows("No publisher any more");
        let told = shop.mails().into_iter().filter(|mail| mail.to == "pat@example.com").count();
        assert_eq!(told, 1);
        ada.post(&format!("{address}/end"), &end).await.assert_status(404);
    }
}
