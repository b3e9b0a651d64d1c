//! What a publisher never sees: who bought, and what is another's.

use bookplate::orders::OrderStatus;
use rocket::http::Method;

use crate::support::TestShop;

#[rocket::async_test]
async fn no_page_of_the_desk_shows_who_bought() {
    let shop = TestShop::new().await;
    let (pat, jane) = (shop.publisher("pat"), shop.customer("Buyer Jane"));
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    jane.buys(&[&emma], "").await;
    shop.browser().buys(&[&emma], "secret.guest@example.org").await;
    let gift = [
        ("gift.wanted", "true"),
        ("gift.email", "secret.recipient@example.org"),
        ("gift.name", "Secret Recipient"),
        ("gift.from", "Secret Giver"),
    ];
    let giver = shop.browser();
    giver.wants(&[&emma]).await;
    let answer = giver.presses_the_button("secret.giver@example.org", &gift).await;
    giver.ends(answer.header("Location").unwrap_or_default(), "pay").await;
    jane.get(&emma.download("pdf")).await.assert_status(200);
    let orders = shop.orders();
    assert_eq!(orders.iter().filter(|order| order.status == OrderStatus::Paid).count(), 3);
    let mut secrets =
        vec!["secret.".to_owned(), "Secret".to_owned(), "Buyer Jane".to_owned(), jane.account.email.clone()];
    secrets.extend(orders.iter().flat_map(|order| [order.number.clone(), order.public_id.clone()]));
    let mut seen = 0;
    for route in shop.client.rocket().routes() {
        let path = route.uri.path().trim_end_matches('/');
        if route.method != Method::Get || !path.starts_with("/publish") {
            continue;
        }
        let address = path.replace("<id>", &emma.public_id);
        let answer = pat.get(&address).await;
        for secret in &secrets {
            assert!(!answer.text().contains(secret.as_str()), "{address} shows {secret}");
        }
        seen += usize::from(answer.status == 200);
    }
    assert!(seen >= 6, "only {seen} pages could be looked at");
    // They are what the publisher may know: how many, and for how much.
    pat.get("/publish/sales?from=2026-01-01&to=2026-12-31").await.assert_shows("Emma").assert_shows("3");
    for order in &orders {
        pat.get(&format!("/orders/{}", order.public_id)).await.assert_status(404);
        pat.get(&format!("/admin/orders/{}", order.public_id)).await.assert_status(403);
    }
}

#[rocket::async_test]
async fn another_publishers_titles_and_files_do_not_exist() {
    let shop = TestShop::new().await;
    let (pat, oz) = (shop.publisher("pat"), shop.publisher("oz"));
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    let draft = shop.book_of(pat.account.id, "Sanditon").draft();
    let next = shop.edition(&emma, &[("Emma 2.pdf", b"%PDF-1.7 not out yet")], false);
    shop.customer("jane").buys(&[&emma], "").await;
    for file in [emma.download("pdf"), draft.download("pdf"), next.download("pdf")] {
        oz.get(&file).await.assert_status(404);
        pat.get(&file).await.assert_status(200);
    }
    for page in ["/publish", "/publish/sales", "/publish/sales.csv", "/publish?q=emma"] {
        let answer = oz.get(page).await;
        answer.assert_status(200).assert_shows_not("Emma</a>").assert_shows_not("Sanditon");
        answer.assert_shows_not(&emma.public_id);
    }
}
