//! Why something cost less: on the order's page, in the receipt and in the back office.

use super::things::{book, bundle, code, shop_in};

#[rocket::async_test]
async fn who_looks_at_an_order_later_sees_why_each_price_was_lower() {
    let shop = shop_in("EUR").await;
    let (emma, salt, third) =
        (book(&shop, "Emma", 499), book(&shop, "Salt Roads", 1250), book(&shop, "Third", 250));
    let both = bundle(&shop, "Both", 1500, &[&emma, &salt]);
    code(&shop, "percent", "10", |_| {});
    let guest = shop.browser();
    guest.post("/cart/bundle", &[("bundle", &both.public_id)]).await.assert_redirects_to("/cart");
    guest.wants(&[&third]).await;
    guest.post("/cart/code", &[("code", "welcome10")]).await.assert_redirects_to("/cart");
    let pay_page = guest.checks_out("jane@example.org").await;
    let page = guest.ends(&pay_page, "pay").await;
    // 17.49 of books for 15.00: 4.28 and 10.72; a tenth of 17.50 off: 0.43, 1.07 and 0.25, so 3.85, 9.65 and 2.25.
    let whys = [
        ("€3.85", "€4.99", "the bundle “Both”, the code WELCOME10"),
        ("€9.65", "€12.50", "the bundle “Both”, the code WELCOME10"),
        ("€2.25", "€2.50", "the code WELCOME10"),
    ];
    let receipt = shop.receipts().remove(0);
    for (paid, singly, why) in whys {
        page.assert_shows(paid).assert_shows(&format!("Instead of {singly}: {why}"));
        let line = format!("{paid} (instead of {singly}: {why})");
        assert!(receipt.text.contains(&line), "{line} in {}", receipt.text);
        assert!(receipt.html.contains(&line), "{line} in {}", receipt.html);
    }
    page.assert_shows("€15.75");
    let ada = shop.admin("ada");
    let dossier = ada.get(&format!("/admin/orders/{}", shop.only_order().public_id)).await;
    dossier.assert_shows("less €2.85: the bundle “Both”, the code WELCOME10");
}

#[rocket::async_test]
async fn a_full_price_has_no_reason() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let page = shop.browser().buys(&[&emma], "jane@example.org").await;
    page.assert_shows_not("Instead of");
    assert!(!shop.receipts()[0].text.contains("instead"));
}
