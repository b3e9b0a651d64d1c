//! Who may read a gift, in every state of its order; who may see its page.

use bookplate::ids::Token;
use bookplate::orders::OrderStatus;

use super::{EMMA, deliver, gift_of, gives, opens};
use crate::support::TestShop;

const PDF: &[u8] = b"%PDF-1.7 the whole of Persuasion";

#[rocket::async_test]
async fn the_recipient_reads_when_the_order_entitles_and_the_buyer_never() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").file("Persuasion.pdf", PDF).publish();
    let (jane, eve) = (shop.customer("jane"), shop.customer("eve"));
    gives(&jane.browser, &[&book], &[]).await;
    let order = shop.only_order();
    let buyer_by_token = shop.bearer_of(order.id);
    let keeper = shop.customer("keeper");
    deliver(&shop).await;
    let (by_link, page) = opens(&shop, EMMA).await;
    keeper.set_cookie("bookplate-orders", &by_link.cookie("bookplate-orders").unwrap());
    keeper.post(&format!("{page}/claim"), &[]).await.assert_redirects_to(&page);
    let by_account = shop.signed_in(&keeper.account);
    let by_address = shop.account("emmas", bookplate::accounts::Role::Customer);
    let path = book.download("pdf");
    for &status in OrderStatus::ALL {
        shop.set_order_status(order.id, status);
        let opens = if OrderStatus::ENTITLING.contains(&status) { 200 } else { 404 };
        for (who, browser, expected) in [
            ("the buyer", &jane.browser, 404),
            ("the buyer by the order's token", &buyer_by_token, 404),
            ("the recipient by the link", &by_link, opens),
            ("the recipient by the account", &by_account.browser, opens),
            ("a stranger", &eve.browser, 404),
            ("nobody", &shop.browser(), 404),
            ("another account", &shop.signed_in(&by_address).browser, 404),
        ] {
            assert_eq!(browser.get(&path).await.status, expected, "{who}, {status}");
            let library = browser.get("/library").await;
            let has_link = library.text().contains(&path);
            assert_eq!(has_link, expected == 200, "{who}'s library, {status}");
        }
        let admin = shop.admin(&format!("ada-{status}"));
        admin.get(&path).await.assert_status(200);
        jane.get(&format!("/orders/{}", order.public_id)).await.assert_shows_not("/download/");
    }
}

#[rocket::async_test]
async fn a_refund_of_one_book_leaves_the_rest_of_the_gift() {
    let shop = TestShop::new().await;
    let (emma, persuasion) = (shop.book("Emma").publish(), shop.book("Persuasion").publish());
    let guest = shop.browser();
    gives(&guest, &[&emma, &persuasion], &[]).await;
    deliver(&shop).await;
    let (recipient, page) = opens(&shop, EMMA).await;
    recipient.get(&page).await.assert_shows(&emma.download("pdf"));
    let order = shop.only_order().id;
    shop.close_item(order, &emma);
    shop.set_order_status(order, OrderStatus::PartiallyRefunded);
    recipient.get(&emma.download("pdf")).await.assert_status(404);
    recipient.get(&persuasion.download("pdf")).await.assert_status(200);
    let shown = recipient.get(&page).await;
    shown.assert_shows_not(&emma.download("pdf")).assert_shows("no longer part of the gift");
    shown.assert_shows_not("efund");
}

#[rocket::async_test]
async fn nobody_reads_before_the_day() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let jane = shop.customer("jane");
    let emma = shop.account("emma", bookplate::accounts::Role::Customer);
    gives(&jane.browser, &[&book], &[("gift.email", "emma@example.com"), ("gift.date", "2026-03-09")]).await;
    deliver(&shop).await;
    let emma = shop.signed_in(&emma);
    emma.get(&book.download("pdf")).await.assert_status(404);
    emma.get("/library").await.assert_shows_not("Persuasion");
    shop.clock.advance(chrono::TimeDelta::days(8));
    deliver(&shop).await;
    // The mail went to the address of this account: the gift is in its library.
    emma.get(&book.download("pdf")).await.assert_status(200);
    emma.get("/library").await.assert_shows("given to you 9 March 2026");
    let gift = gift_of(&shop, shop.only_order().id);
    emma.get(&format!("/gifts/{}", gift.public_id)).await.assert_shows("In your library");
    // That Emma has an account is nobody's business.
    let page = jane.get(&format!("/orders/{}", shop.only_order().public_id)).await;
    page.assert_shows("Opened on").assert_shows_not("library since");
}

#[rocket::async_test]
async fn the_link_becomes_a_cookie_and_a_clean_address() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").price(1234).publish();
    let jane = shop.customer("jane");
    gives(&jane.browser, &[&book], &[]).await;
    deliver(&shop).await;
    let link = shop.letter_to(EMMA).link("/gifts/open/");
    let emma = shop.browser();
    let opened = emma.get(&link).await;
    opened.assert_status(303);
    assert_eq!(opened.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(opened.header("Cache-Control"), Some("no-store"));
    let page = opened.header("Location").unwrap().to_owned();
    assert!(page.starts_with("/gifts/") && !page.contains("open"));
    let shown = emma.get(&page).await;
    assert_eq!(shown.header("Cache-Control"), Some("no-store"));
    shown.assert_shows("Jane").assert_shows("Happy birthday!").assert_shows(&book.download("pdf"));
    let order = shop.only_order();
    for secret in ["12.34", "€", "jane@example.com", &order.number, &order.public_id] {
        shown.assert_shows_not(secret);
    }
    let library = emma.get("/library").await;
    library.assert_shows("emma@example.org").assert_shows(&page).assert_shows_not("jane@example.com");
    library.assert_shows_not(&order.public_id);
    // The recipient is not the buyer: the order stays closed.
    emma.get(&format!("/orders/{}", order.public_id)).await.assert_status(404);
    emma.get(&format!("/orders/{}/gift", order.public_id)).await.assert_status(404);
}

#[rocket::async_test]
async fn a_link_that_opens_nothing_says_so_and_a_gift_of_others_is_not_there() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let jane = shop.customer("jane");
    gives(&jane.browser, &[&book], &[]).await;
    deliver(&shop).await;
    let unknown = Token::new();
    for token in ["x", unknown.secret(), "%00", "..%2f"] {
        let answer = shop.browser().get(&format!("/gifts/open/{token}")).await;
        answer.assert_status(404);
        assert!(answer.set_cookies().is_empty());
    }
    let page = format!("/gifts/{}", gift_of(&shop, shop.only_order().id).public_id);
    for stranger in [&jane.browser, &shop.browser(), &shop.admin("ada").browser] {
        stranger.get(&page).await.assert_status(404);
        stranger.post(&format!("{page}/claim"), &[]).await.assert_status(404);
    }
    // An order's key opens no gift, and a gift's key no order.
    let link = shop.letter_to(EMMA).link("/gifts/open/");
    shop.browser().get(&link.replace("/gifts/", "/orders/")).await.assert_status(404);
}

#[rocket::async_test]
async fn the_pages_say_in_kind_words_that_a_gift_is_gone() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[]).await;
    deliver(&shop).await;
    let (emma, page) = opens(&shop, EMMA).await;
    for (status, sentence) in [
        (OrderStatus::Refunded, "This gift is no longer there"),
        (OrderStatus::Disputed, "can’t be downloaded at the moment"),
    ] {
        shop.set_order_status(shop.only_order().id, status);
        let shown = emma.get(&page).await;
        shown.assert_status(200).assert_shows(sentence).assert_shows_not("/download/");
        for word in ["efund", "isput"] {
            shown.assert_shows_not(word);
            emma.get("/library").await.assert_shows_not(word);
        }
    }
}

#[rocket::async_test]
async fn who_has_the_book_already_is_told_so() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let emma = shop.customer("emma");
    shop.order(Some(emma.account.id), &[&book], OrderStatus::Paid);
    let guest = shop.browser();
    gives(&guest, &[&book], &[("gift.email", "emma@example.com")]).await;
    deliver(&shop).await;
    let order = shop.orders()[1].clone();
    let page = format!("/gifts/{}", gift_of(&shop, order.id).public_id);
    emma.get(&page).await.assert_shows("You have a book of this gift already");
    // The buyer is not.
    guest.get(&format!("/orders/{}", order.public_id)).await.assert_shows_not("already");
}
