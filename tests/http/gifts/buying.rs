//! Ordering a gift: the fields, the price, and who may buy what.

use bookplate::db::schema::books;
use bookplate::orders::OrderStatus;
use diesel::prelude::*;

use super::{EMMA, deliver, gift, gift_of, gives};
use crate::support::TestShop;

#[rocket::async_test]
async fn a_gift_goes_to_its_recipient_without_prices_and_the_receipt_to_its_buyer() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").price(1234).publish();
    let guest = shop.browser();
    let page = gives(&guest, &[&book], &[]).await;
    page.assert_shows("A gift for Emma").assert_shows("Happy birthday!").assert_shows_not("/download/");
    deliver(&shop).await;
    let receipt = shop.letter_to("jane@example.org");
    assert_eq!(receipt.subject.split(',').next(), Some("Your gift"));
    assert!(receipt.text.contains("Your gift for Emma (emma@example.org)"), "{}", receipt.text);
    assert!(receipt.text.contains("12.34") && !receipt.text.contains("Download"), "{}", receipt.text);
    let letter = shop.letter_to(EMMA);
    assert_eq!(letter.subject, "Jane gives you a book: Persuasion");
    for body in [&letter.text, &letter.html] {
        assert!(body.contains("Jane") && body.contains("Persuasion") && body.contains("Happy birthday!"));
        for secret in ["12.34", "€", "jane@example.org", "/orders/", &shop.only_order().number] {
            assert!(!body.contains(secret), "the mail says {secret}: {body}");
        }
    }
}

#[rocket::async_test]
async fn a_wrong_field_is_told_at_it_and_what_was_typed_stays() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    guest.wants(&[&book]).await;
    let long = "x".repeat(1001);
    for (field, typed, sentence) in [
        ("gift.email", "", "Please type the address that the gift shall go to."),
        ("gift.email", "emma", "This isn’t an e-mail address"),
        ("gift.email", "Jane@Example.org", "This is your own address."),
        ("gift.date", "2026-02-27", "This day has passed."),
        ("gift.date", "2027-03-03", "within the coming year"),
        ("gift.date", "tomorrow", "year-month-day"),
        ("gift.message", long.as_str(), "shorten the message to 1000 characters; it has 1001"),
        ("gift.name", long.as_str(), "shorten the name"),
    ] {
        let answer = guest.post("/checkout", &gift(&[(field, typed)])).await;
        answer.assert_status(422).assert_shows(sentence).assert_shows(typed);
        answer.assert_shows("checked");
        if field != "gift.message" {
            answer.assert_shows("Happy birthday!");
        }
    }
    let both = guest.post("/checkout", &gift(&[("email", "jane"), ("gift.email", "")])).await;
    both.assert_status(422).assert_shows("one looks like jane@example.org").assert_shows("shall go to");
    assert!(shop.orders().is_empty());
}

#[rocket::async_test]
async fn an_unticked_box_is_no_gift() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    guest.wants(&[&book]).await;
    let fields = [("email", "jane@example.org"), ("gift.email", EMMA), ("gift.message", "Hello")];
    let answer = guest.post("/checkout", &fields).await;
    let pay_page = answer.header("Location").unwrap_or_default().to_owned();
    guest.ends(&pay_page, "pay").await.assert_shows("The book is yours");
    deliver(&shop).await;
    assert!(shop.letters_to(EMMA).is_empty());
}

#[rocket::async_test]
async fn a_second_click_is_the_same_order_and_other_details_are_another() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    guest.wants(&[&book]).await;
    let first = guest.post("/checkout", &gift(&[])).await;
    let second = guest.post("/checkout", &gift(&[])).await;
    assert_eq!(first.header("Location"), second.header("Location"));
    assert_eq!(shop.orders().len(), 1);
    let changes = [
        ("gift.message", "Happy new year!"),
        ("gift.email", "emily@example.org"),
        ("gift.date", "2026-04-01"),
        ("gift.name", "Emmy"),
        ("gift.from", "J."),
        ("gift.wanted", "false"),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let other = guest.post("/checkout", &gift(&[change])).await;
        assert_ne!(first.header("Location"), other.header("Location"), "{change:?}");
        let orders = shop.orders();
        assert_eq!(orders.len(), number + 2, "{change:?}");
        let open = orders.iter().filter(|order| order.status == OrderStatus::Pending).count();
        assert_eq!(open, 1, "the attempts before are closed");
    }
}

#[rocket::async_test]
async fn a_book_that_the_buyer_has_can_be_given_and_only_given() {
    let shop = TestShop::new().await;
    let (book, other) = (shop.book("Persuasion").publish(), shop.book("Emma").price(300).publish());
    let jane = shop.customer("jane");
    shop.order(Some(jane.account.id), &[&book], OrderStatus::Paid);
    jane.get(&book.page()).await.assert_shows("You own this book").assert_shows("Give it to someone");
    // Without a word of giving, it does not get into the cart.
    jane.post("/cart", &[("book", &book.public_id)]).await.assert_redirects_to(&book.page());
    let answer = jane.post("/cart", &[("book", &book.public_id), ("gift", "true")]).await;
    answer.assert_redirects_to("/cart");
    jane.wants(&[&other]).await;
    let cart = jane.get("/cart").await;
    cart.assert_shows("It can be a gift").assert_shows("7.99").assert_shows("Check out as a gift");
    let page = jane.get("/checkout").await;
    page.assert_status(200).assert_shows("7.99").assert_shows("only be bought for someone else");
    let refused = jane.post("/checkout", &[("gift.email", EMMA)]).await;
    refused.assert_status(422).assert_shows("tick this to buy it for someone else");
    assert_eq!(shop.orders().len(), 1);
    gives(&jane.browser, &[], &[]).await;
    let order = shop.orders()[1].clone();
    assert_eq!(order.total_minor, 799);
    assert_eq!(gift_of(&shop, order.id).giver_name, "Jane");
    jane.get("/cart").await.assert_shows("Nothing in it yet");
}

#[rocket::async_test]
async fn a_gift_that_costs_nothing_is_settled_and_goes_out() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    guest.wants(&[&book]).await;
    let id = book.id;
    shop.run(move |conn| diesel::update(books::table.find(id)).set(books::price_minor.eq(0)).execute(conn));
    let first = guest.post("/checkout", &gift(&[])).await;
    let page = format!("/orders/{}", shop.only_order().public_id);
    first.assert_redirects_to(&page);
    guest.post("/checkout", &gift(&[])).await.assert_redirects_to(&page);
    shop.assert_order(OrderStatus::Paid);
    deliver(&shop).await;
    assert_eq!(shop.letters_to(EMMA).len(), 1);
}

#[rocket::async_test]
async fn gifts_that_cost_nothing_are_no_way_to_flood_someone_with_mail() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    let id = book.id;
    let set_price = |price: i64| {
        shop.run(move |conn| {
            diesel::update(books::table.find(id)).set(books::price_minor.eq(price)).execute(conn)
        });
    };
    let mut last = 303;
    for _ in 0..6 {
        set_price(499);
        guest.wants(&[&book]).await;
        set_price(0);
        last = guest.post("/checkout", &gift(&[])).await.status;
    }
    assert_eq!(last, 429);
}

#[rocket::async_test]
async fn a_message_is_text_whatever_it_looks_like() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    let message = "<script>alert(1)</script> & <b>love</b>\r\nsecond line";
    let page = gives(&guest, &[&book], &[("gift.message", message), ("gift.name", "<i>Emma</i>")]).await;
    assert!(!page.text().contains("<script>alert") && !page.text().contains("<i>Emma"));
    page.assert_shows("<b>love</b>");
    deliver(&shop).await;
    let letter = shop.letter_to(EMMA);
    assert!(!letter.html.contains("<script>") && !letter.html.contains("<i>Emma"), "{}", letter.html);
    assert!(letter.html.contains("&#60;script&#62;") && letter.text.contains("<b>love</b>\n"));
    let (emma, page) = super::opens(&shop, EMMA).await;
    let shown = emma.get(&page).await;
    assert!(!shown.text().contains("<script>alert") && !shown.text().contains("<i>Emma"));
    shown.assert_shows("<script>alert(1)</script> & <b>love</b>\nsecond line");
}

#[rocket::async_test]
async fn another_sites_form_orders_and_changes_nothing() {
    let shop = TestShop::new().await;
    let book = shop.book("Persuasion").publish();
    let guest = shop.browser();
    gives(&guest, &[&book], &[("gift.date", "2026-05-01")]).await;
    let order = shop.only_order().public_id;
    for path in
        ["/checkout".to_owned(), format!("/orders/{order}/gift"), format!("/orders/{order}/gift/send-again")]
    {
        let body = crate::support::browser::form(&gift(&[("gift.email", "eve@example.org")]));
        let headers = [("Sec-Fetch-Site", "cross-site")];
        let answer = guest.send(rocket::http::Method::Post, &path, &headers, Some(body)).await;
        answer.assert_status(403);
    }
    assert_eq!(gift_of(&shop, shop.only_order().id).recipient_email, EMMA);
}
