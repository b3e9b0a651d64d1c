//! Codes, bundles and prices in the back office.

use bookplate::db::schema::{bundles, discount_codes};
use diesel::prelude::*;

use super::things::{book, shop_in};

#[rocket::async_test]
async fn an_admin_makes_changes_and_switches_off_a_code() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let ada = shop.admin("ada");
    ada.get("/admin/codes/new").await.assert_status(200).assert_shows("An amount, in EUR");
    let fields = [
        ("code", "spring 5"),
        ("kind", "amount"),
        ("worth", "1,50"),
        ("books", "/books/emma"),
        ("limit", "3"),
    ];
    ada.post("/admin/codes", &fields).await.assert_redirects_to("/admin/codes");
    ada.get("/admin/codes").await.assert_shows("SPRING5").assert_shows("€1.50").assert_shows("0 of 3");
    ada.post("/admin/codes", &fields)
        .await
        .assert_status(422)
        .assert_shows("There is a code like this already");
    let id: String = shop.run(|conn| discount_codes::table.select(discount_codes::public_id).first(conn));
    let page = format!("/admin/codes/{id}");
    ada.get(&page).await.assert_shows("value=\"1.50\"").assert_shows("emma").assert_shows("Nobody yet");
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.post("/cart/code", &[("code", "spring5")]).await.assert_redirects_to("/cart");
    guest.get("/cart").await.assert_shows("€3.49");
    ada.post(&format!("{page}/switch"), &[("on", "false")]).await.assert_redirects_to("/admin/codes");
    guest.get("/cart").await.assert_shows("no longer valid").assert_shows("€4.99");
    ada.get("/admin/log").await.assert_shows("Code SPRING5").assert_shows("Switched off");
}

#[rocket::async_test]
async fn what_makes_no_code_is_said_at_each_field_and_kept() {
    let shop = shop_in("EUR").await;
    let ada = shop.admin("ada");
    let page = ada
        .post(
            "/admin/codes",
            &[
                ("code", "'; drop"),
                ("kind", "percent"),
                ("worth", "120"),
                ("books", "/books/nowhere"),
                ("starts", "2026-05-01T10:00"),
                ("ends", "2026-04-01T10:00"),
                ("limit", "-3"),
                ("minimum", "4.999"),
            ],
        )
        .await;
    page.assert_status(422).assert_shows("40 letters and digits").assert_shows("from 0.01 to 100");
    page.assert_shows("There is no book at “/books/nowhere”").assert_shows("after the beginning");
    page.assert_shows("whole number from 1 on")
        .assert_shows("too fine for EUR")
        .assert_shows("value=\"120\"");
    assert_eq!(shop.run(|conn| discount_codes::table.count().get_result::<i64>(conn)), 0);
}

#[rocket::async_test]
async fn an_admin_makes_a_bundle_that_is_not_dearer_than_its_books() {
    let shop = shop_in("EUR").await;
    book(&shop, "Emma", 499);
    book(&shop, "Salt Roads", 1250);
    let ada = shop.admin("ada");
    let make =
        |price: &'static str, books: &'static str| [("title", "Both"), ("price", price), ("books", books)];
    for (price, books, said) in [
        ("17.50", "emma\nsalt-roads", "can’t be dearer than its parts"),
        ("0.30", "emma\nsalt-roads", "smallest amount that can be charged is €0.50"),
        ("5", "emma", "at least two books"),
        ("5", "emma\nmissing", "There is no book at “missing”"),
    ] {
        ada.post("/admin/bundles", &make(price, books)).await.assert_status(422).assert_shows(said);
    }
    ada.post("/admin/bundles", &make("15", "emma\nsalt-roads")).await.assert_status(303);
    let id: String = shop.run(|conn| bundles::table.select(bundles::public_id).first(conn));
    let visitor = shop.browser();
    visitor.get("/bundles/both").await.assert_status(404);
    let page = format!("/admin/bundles/{id}");
    ada.post(&format!("{page}/publish"), &[("on", "true")]).await.assert_redirects_to(&page);
    visitor.get("/bundles/both").await.assert_status(200).assert_shows("€15.00");
    ada.get("/admin/bundles").await.assert_shows("Both").assert_shows("For sale");
    ada.post(&format!("{page}/publish"), &[("on", "false")]).await.assert_redirects_to(&page);
    visitor.get("/bundles/both").await.assert_status(404);
}

#[rocket::async_test]
async fn an_admin_prices_a_book_in_each_way() {
    let shop = shop_in("EUR").await;
    let emma = book(&shop, "Emma", 499);
    let ada = shop.admin("ada");
    let visitor = shop.browser();
    let page = format!("/admin/prices/{}", emma.public_id);
    ada.get("/admin/prices?q=emm").await.assert_shows("Emma").assert_shows("€4.99");
    ada.get("/admin/prices?q=zzz").await.assert_shows("No book fits");
    ada.get(&page).await.assert_shows("value=\"4.99\"");
    ada.post(&page, &[("kind", "fixed"), ("price", "0.20")]).await.assert_status(422).assert_shows("€0.50");
    ada.post(&page, &[("kind", "fixed"), ("price", "6")]).await.assert_redirects_to("/admin/prices");
    visitor.get(&emma.page()).await.assert_shows("€6.00");
    let named = [("kind", "named"), ("price", "6"), ("minimum", "2")];
    ada.post(&page, &named).await.assert_redirects_to("/admin/prices");
    visitor.get(&emma.page()).await.assert_shows("from €2.00 on. We suggest €6.00");
    visitor.get("/books").await.assert_shows("From €2.00");
    ada.post(&page, &[("kind", "free")]).await.assert_redirects_to("/admin/prices");
    visitor.get(&emma.page()).await.assert_shows("Free");
}

#[rocket::async_test]
async fn only_admins_come_there() {
    let shop = shop_in("EUR").await;
    let (visitor, jane) = (shop.browser(), shop.customer("jane"));
    for page in ["/admin/codes", "/admin/codes/new", "/admin/bundles", "/admin/prices"] {
        assert_ne!(visitor.get(page).await.status, 200, "{page}");
        assert_ne!(jane.get(page).await.status, 200, "{page}");
    }
    let fields = [("code", "mine"), ("kind", "percent"), ("worth", "100")];
    jane.post("/admin/codes", &fields).await;
    assert_eq!(shop.run(|conn| discount_codes::table.count().get_result::<i64>(conn)), 0);
}
