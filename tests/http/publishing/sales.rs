//! What a publisher sees of what was sold.

use bookplate::orders::OrderStatus;
use chrono::TimeDelta;

use crate::support::TestShop;

#[rocket::async_test]
async fn a_publisher_sees_what_their_titles_sold_and_never_to_whom() {
    let shop = TestShop::new().await;
    let (pat, oz) = (shop.publisher("pat"), shop.publisher("oz"));
    let emma = shop.book_of(pat.account.id, "Emma, \"again\"").price(499).publish();
    let salt = shop.book_of(pat.account.id, "Salt").price(1250).publish();
    let other = shop.book_of(oz.account.id, "Other").price(300).publish();
    pat.get("/publish/sales").await.assert_shows("Nothing was sold from 2026-01-31 to 2026-03-01.");
    let jane = shop.customer("jane");
    jane.buys(&[&emma, &other], "").await;
    shop.browser().buys(&[&emma, &salt], "guest@example.org").await;
    // A month later one more, and the guest's Emma goes back.
    shop.clock.advance(TimeDelta::days(31));
    let (pat, oz, ada) = (shop.signed_in(&pat.account), shop.signed_in(&oz.account), shop.admin("ada"));
    shop.browser().buys(&[&salt], "late@example.org").await;
    let order = shop.orders()[1].public_id.clone();
    let refund = [("item", "1"), ("amount", "499"), ("reason", "")];
    ada.post(&format!("/admin/orders/{order}/refund"), &refund).await.assert_status(303);
    shop.task("sandbox settlements").await;

    let all = "from=2026-03-01&to=2026-04-30";
    let page = pat.get(&format!("/publish/sales?{all}")).await;
    // Emma twice and Salt twice is € 34.98; one Emma went back.
    page.assert_status(200)
        .assert_shows("<span class=\"figures\">4</span> copies for €34.98, of which €4.99 went back");
    page.assert_shows("€29.99").assert_shows_not("Other");
    for secret in ["jane", "guest@example.org", "late@example.org", &order] {
        page.assert_shows_not(secret);
    }
    let table = pat.get(&format!("/publish/sales.csv?{all}&by=month")).await;
    table.assert_status(200);
    assert_eq!(table.header("Content-Type"), Some("text/csv; charset=utf-8; header=present"));
    let expected = "period,title,currency,copies,revenue,returned copies,refunds,net\r\n\
         2026-04,\"Emma, \"\"again\"\"\",EUR,0,0.00,1,4.99,-4.99\r\n\
         2026-04,Salt,EUR,1,12.50,0,0.00,12.50\r\n\
         2026-03,\"Emma, \"\"again\"\"\",EUR,2,9.98,0,0.00,9.98\r\n\
         2026-03,Salt,EUR,1,12.50,0,0.00,12.50\r\n";
    assert_eq!(table.text(), expected);
    let day = pat.get("/publish/sales.csv?from=2026-04-01&to=2026-04-01&by=day").await;
    assert!(day.text().contains("2026-04-01,Salt,EUR,1,12.50,0,0.00,12.50\r\n"), "{}", day.text());
    assert_eq!(day.text().lines().count(), 3, "{}", day.text());
    // Another publisher sees theirs, and an admin all.
    let others = oz.get(&format!("/publish/sales?{all}")).await;
    others.assert_shows("Other").assert_shows("€3.00").assert_shows_not("Salt");
    ada.get(&format!("/publish/sales?{all}")).await.assert_shows("Other").assert_shows("Salt");
    ada.get("/publish/sales?from=nonsense&to=2026-13-01&by=x&page=-1").await.assert_status(200);
}

#[rocket::async_test]
async fn attempts_that_nobody_paid_are_no_sales() {
    let shop = TestShop::new().await;
    let (pat, jane) = (shop.publisher("pat"), shop.customer("jane"));
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    jane.wants(&[&emma]).await;
    jane.checks_out("").await;
    pat.get("/publish/sales").await.assert_shows("Nothing was sold");
    shop.assert_order(OrderStatus::Pending);
}
