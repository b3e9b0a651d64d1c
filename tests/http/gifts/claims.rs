//! Keeping a gift in a library: one account, whoever tries at the same time.

use bookplate::accounts::Role;

use super::{EMMA, deliver, gift_of, gives, opens};
use crate::accounts::{PASSWORD, sign_up};
use crate::support::TestShop;

#[rocket::async_test]
async fn one_account_keeps_a_gift_however_many_try_at_once() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    gives(&shop.browser(), &[&book], &[]).await;
    deliver(&shop).await;
    let (bearer, page) = opens(&shop, EMMA).await;
    let key = bearer.cookie("bookplate-orders").unwrap();
    let readers: Vec<_> = (0..12).map(|number| shop.customer(&format!("reader-{number}"))).collect();
    let path = format!("{page}/claim");
    let tries = readers.iter().map(|reader| {
        reader.set_cookie("bookplate-orders", &key);
        reader.post(&path, &[])
    });
    for answer in futures_all(tries).await {
        answer.assert_redirects_to(&page);
    }
    let gift = gift_of(&shop, shop.only_order().id);
    let mut keepers = 0;
    for reader in &readers {
        let alone = shop.signed_in(&reader.account);
        let keeps = gift.claimed_by == Some(reader.account.id);
        keepers += usize::from(keeps);
        let expected = if keeps { 200 } else { 404 };
        alone.get(&book.download("pdf")).await.assert_status(expected);
    }
    assert_eq!(keepers, 1);
}

async fn futures_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    rocket::futures::future::join_all(all).await
}

#[rocket::async_test]
async fn a_gift_can_be_kept_with_any_account_and_the_buyer_sees_that() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[]).await;
    deliver(&shop).await;
    let (bearer, page) = opens(&shop, EMMA).await;
    bearer.get(&page).await.assert_shows("Sign in and keep it");
    let claim = format!("{page}/claim");
    bearer.post(&claim, &[]).await.assert_redirects_to(&format!("/sign-in?next={page}"));
    let reader = shop.customer("emmeline");
    reader.set_cookie("bookplate-orders", &bearer.cookie("bookplate-orders").unwrap());
    reader.get(&page).await.assert_shows("Keep it in my library");
    shop.clock.advance(chrono::TimeDelta::seconds(1));
    reader.post(&claim, &[]).await.assert_redirects_to(&page);
    reader.get(&page).await.assert_shows("The gift is in your library now");
    reader.post(&claim, &[]).await.assert_redirects_to(&page);
    reader.get(&page).await.assert_shows("in your library already");
    let alone = shop.signed_in(&reader.account);
    alone.get("/library").await.assert_shows("Persuasion");
    alone.get(&book.page()).await.assert_shows("You own this book");
    let late = shop.signed_in(&shop.account("late", Role::Customer));
    late.set_cookie("bookplate-orders", &bearer.cookie("bookplate-orders").unwrap());
    late.post(&claim, &[]).await.assert_redirects_to(&page);
    late.get(&page).await.assert_shows("in another library already");
    // The link still opens it.
    bearer.get(&book.download("pdf")).await.assert_status(200);
    guest.get(&format!("/orders/{}", shop.only_order().public_id)).await.assert_shows("library since");
}

#[rocket::async_test]
async fn an_account_that_proves_the_recipients_address_gets_the_gift() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[]).await;
    deliver(&shop).await;
    shop.send_mail().await;
    let emma = shop.browser();
    sign_up(&emma, "Emma@Example.org", PASSWORD).await;
    let link = shop.letter_to("Emma@Example.org").link("/confirm/");
    assert_eq!(gift_of(&shop, shop.only_order().id).claimed_by, None, "anyone can sign up with any address");
    emma.post(&link, &[("password", PASSWORD)]).await.assert_redirects_to("/library");
    emma.get("/library").await.assert_shows("Persuasion").assert_shows("given to you");
    emma.get(&book.download("pdf")).await.assert_status(200);
    // The buyer's own account gets the order, and no book.
    let jane = shop.browser();
    sign_up(&jane, "jane@example.org", PASSWORD).await;
    let link = shop.letters_to("jane@example.org").last().unwrap().link("/confirm/");
    jane.post(&link, &[("password", PASSWORD)]).await;
    jane.get(&format!("/orders/{}", shop.only_order().public_id)).await.assert_status(200);
    jane.get(&book.download("pdf")).await.assert_status(404);
    jane.get("/library").await.assert_shows_not("Persuasion");
    jane.get(&book.page()).await.assert_shows("Add to cart");
}
