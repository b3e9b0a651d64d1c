//! What is shown is what is charged, to the last unit, on every way and in every kind of currency. Every figure here was
//! worked out by hand.

use bookplate::orders::OrderStatus;

use super::things::{book, bundle, code, named, shop_in};
use crate::support::{Browser, TestShop};

/// Buys the cart's content as a guest; the same sum must stand on the cart, the checkout, the pay page, the order and
/// the receipt, and be what the gateway took.
async fn charged(shop: &TestShop, guest: &Browser<'_>, minor: i64, shown: &str) {
    let total = format!("<dd><span class=\"price\">{shown}</span></dd></div>");
    guest.get("/cart").await;
    guest.get("/cart").await.assert_shows(&total);
    guest.get("/checkout").await.assert_shows(&total).assert_shows(&format!("Pay {shown}"));
    let pay_page = guest.checks_out("jane@example.org").await;
    guest.get(&pay_page).await.assert_shows(&format!("<span class=\"amount\">{shown}</span>"));
    let page = guest.ends(&pay_page, "pay").await;
    page.assert_shows(&total).assert_shows("yours.");
    let order = shop.only_order();
    assert_eq!((order.status, order.total_minor), (OrderStatus::Paid, minor));
    let items = shop.line_items(order.id);
    assert_eq!(items.iter().map(|item| item.price_minor - item.discount_minor).sum::<i64>(), minor);
    assert_eq!(items.iter().map(|item| item.discount_minor).sum::<i64>(), order.discount_minor);
    assert_eq!(items.iter().map(|item| item.price_minor).sum::<i64>(), order.subtotal_minor);
    assert!(shop.receipts()[0].text.contains(&format!("Total: {shown}")), "{}", shop.receipts()[0].text);
    let checkout = pay_page.rsplit('/').next().unwrap().to_owned();
    let facts = shop.till().gateway.fetch_checkout(&checkout).await.unwrap();
    assert_eq!((facts.amount_minor, facts.currency), (minor, order.currency));
}

async fn enters(guest: &Browser<'_>, code: &str) {
    guest.post("/cart/code", &[("code", code)]).await.assert_redirects_to("/cart");
}

fn net(shop: &TestShop) -> Vec<i64> {
    let order = shop.only_order();
    shop.line_items(order.id).iter().map(|item| item.price_minor - item.discount_minor).collect()
}

#[rocket::async_test]
async fn a_percent_code_in_euros() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    code(&shop, "percent", "10", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    enters(&guest, " welcome10 ").await;
    // 17.49 less 1.75 (1.749 to the nearest cent): 0.50 off Emma, 1.25 off Salt Roads.
    charged(&shop, &guest, 1574, "€15.74").await;
    assert_eq!(net(&shop), [449, 1125]);
}

#[rocket::async_test]
async fn an_amount_code_in_yen() {
    let shop = shop_in("JPY").await;
    let (emma, salt) = (book(&shop, "Emma", 500), book(&shop, "Salt Roads", 1000));
    code(&shop, "amount", "200", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    enters(&guest, "WELCOME10").await;
    // 200 off 1,500: 66.67 and 133.33, so 67 and 133.
    charged(&shop, &guest, 1300, "¥1,300").await;
    assert_eq!(net(&shop), [433, 867]);
}

#[rocket::async_test]
async fn a_percent_code_in_dinars() {
    let shop = shop_in("KWD").await;
    let (emma, salt) = (book(&shop, "Emma", 1250), book(&shop, "Salt Roads", 1250));
    code(&shop, "percent", "12.5", |_| {});
    let guest = shop.browser();
    guest.wants(&[&emma, &salt]).await;
    enters(&guest, "welcome10").await;
    // 12.5% of 2.500 is 0.3125; cards take 0.310: 0.160 and 0.150.
    charged(&shop, &guest, 2190, "KWD\u{a0}2.190").await;
    assert_eq!(net(&shop), [1090, 1100]);
}

#[rocket::async_test]
async fn a_bundle_and_a_single_book_in_euros() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let third = book(&shop, "Third", 250);
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    let guest = shop.browser();
    guest.get("/bundles/both").await.assert_shows("€15.00").assert_shows("€17.49").assert_shows("€2.49");
    guest.get(&emma.page()).await.assert_shows("/bundles/both");
    guest.get("/bundles").await.assert_shows("Both");
    guest.get("/").await.assert_shows("/bundles/both");
    guest.wants(&[&third]).await;
    guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    charged(&shop, &guest, 1750, "€17.50").await;
    // 2.49 off 17.49: 0.71 off Emma (0.7104), 1.78 off Salt Roads (1.7796).
    assert_eq!(net(&shop), [428, 1072, 250]);
    guest.get("/cart").await.assert_shows("Nothing in it yet");
}

#[rocket::async_test]
async fn a_bundle_with_a_code_in_yen_and_in_dinars() {
    for (currency, prices, bundled, shown, minor, each) in [
        // 1,500 for 1,000: 333 and 667 (166.67 and 333.33 off); a tenth of it off: 33.3 and 66.7.
        ("JPY", [500, 1000], 1000, "¥900", 900, [300, 600]),
        // 2.500 for 2.000: 1.000 each; a tenth off.
        ("KWD", [1250, 1250], 2000, "KWD\u{a0}1.800", 1800, [900, 900]),
    ] {
        let shop = shop_in(currency).await;
        let (emma, salt) = (book(&shop, "Emma", prices[0]), book(&shop, "Salt Roads", prices[1]));
        let both = bundle(&shop, "Both", bundled, &[&emma, &salt]);
        code(&shop, "percent", "10", |_| {});
        let guest = shop.browser();
        guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
        enters(&guest, "welcome10").await;
        charged(&shop, &guest, minor, shown).await;
        assert_eq!(net(&shop), each, "{currency}");
    }
}

#[rocket::async_test]
async fn a_named_price_with_a_code_in_euros() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    named(&shop, &emma, 200);
    code(&shop, "amount", "1", |_| {});
    let guest = shop.browser();
    guest.get(&emma.page()).await.assert_shows("Your price in EUR").assert_shows("from €2.00 on");
    let at = format!("{}/cart", emma.page());
    guest.post(&at, &[("amount", "7,50")]).await.assert_redirects_to("/cart");
    enters(&guest, "welcome10").await;
    charged(&shop, &guest, 650, "€6.50").await;
    assert_eq!(shop.line_items(shop.only_order().id)[0].price_minor, 750);
}

#[rocket::async_test]
async fn a_named_price_in_yen_is_whole_and_can_be_changed_in_the_cart() {
    let shop = shop_in("JPY").await;
    let emma = book(&shop, "Emma", 500);
    named(&shop, &emma, 100);
    let guest = shop.browser();
    let at = format!("{}/cart", emma.page());
    for (typed, said) in [
        ("", "type an amount"),
        ("4.50", "too fine for JPY"),
        ("99", "The least for this book is ¥100"),
        ("abc", "isn’t an amount in JPY"),
        ("999999999999", "too large"),
    ] {
        let page = guest.post(&at, &[("amount", typed)]).await;
        page.assert_status(422).assert_shows(said).assert_shows(&format!("value=\"{typed}\""));
    }
    guest.post(&at, &[("amount", "300")]).await.assert_redirects_to("/cart");
    let change = [("book", emma.public_id.as_str()), ("amount", "50")];
    guest
        .post("/cart/amount", &change)
        .await
        .assert_status(422)
        .assert_shows("¥100")
        .assert_shows("value=\"50\"");
    let change = [("book", emma.public_id.as_str()), ("amount", "1200")];
    guest.post("/cart/amount", &change).await.assert_redirects_to("/cart");
    charged(&shop, &guest, 1200, "¥1,200").await;
}

#[rocket::async_test]
async fn a_reader_may_name_nothing_and_the_book_lands_in_the_library() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    named(&shop, &emma, 0);
    let jane = shop.customer("jane");
    let at = format!("{}/cart", emma.page());
    jane.post(&at, &[("amount", "0.20")]).await.assert_status(422).assert_shows("€0.50; 0 is fine, too");
    jane.get(&emma.download("pdf")).await.assert_status(404);
    jane.post(&at, &[("amount", "0")]).await.assert_redirects_to("/cart");
    let answer = jane.post("/checkout", &[]).await;
    jane.follow(answer).await.assert_shows("The book is yours");
    assert_eq!(shop.only_order().total_minor, 0);
    jane.get(&emma.download("pdf")).await.assert_status(200);
}

#[rocket::async_test]
async fn a_book_that_is_there_singly_and_in_a_bundle_is_bought_once() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    let other = bundle(&shop, "Others", 500, &[&emma, &book(&shop, "Third", 250)]);
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_shows("bought once");
    guest.post("/cart/bundle", &[("bundle", &other.public_id)]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_shows("share a book");
    charged(&shop, &guest, 1500, "€15.00").await;
    guest.get("/cart").await.assert_shows("Nothing in it yet");
}

#[rocket::async_test]
async fn who_owns_some_of_a_bundle_is_told_and_who_owns_all_is_sent_to_it() {
    let shop = shop_in("EUR").await;
    let (emma, salt) = (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250));
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    jane.get("/bundles/both").await.assert_shows("You own 1 of its 2 books already");
    jane.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    jane.get("/cart").await.assert_shows("You own 1 of its 2 books already").assert_shows("€15.00");
    let pay_page = jane.checks_out("").await;
    jane.ends(&pay_page, "pay").await.assert_shows("The books are yours");
    let answer = jane.post("/cart/bundle", &[("bundle", &both.public_id)]).await;
    answer.assert_redirects_to("/bundles/both");
    jane.get("/bundles/both").await.assert_shows("You own all of its books");
}

#[rocket::async_test]
async fn a_total_that_can_not_be_charged_is_said_and_not_ordered() {
    let shop = shop_in("EUR").await;
    let cheap = book(&shop, "Cheap", 49);
    let guest = shop.browser();
    guest.wants(&[&cheap]).await;
    guest.get("/cart").await;
    guest.get("/cart").await.assert_shows("The smallest amount that can be charged is €0.50");
    guest.get("/checkout").await.assert_redirects_to("/cart");
    let answer = guest.post("/checkout", &[("email", "jane@example.org")]).await;
    answer.assert_status(422).assert_shows("The smallest amount that can be charged is €0.50");
    assert!(shop.orders().is_empty());
}
