//! Every route of the publisher's desk, and who gets through.

use bookplate::orders::OrderStatus;
use rocket::http::Method;

use crate::support::{Answer, Browser, TestBook, TestShop};

/// A route, then what a publisher gets for a title of their own, and what an admin gets for it. A visitor always gets
/// 401, a customer 403; another publisher gets 404 where the route names a title, or else the same as a publisher.
/// A route without a row fails the test below. `<id>` is a title, other parameters name nothing; no field is sent.
const ROUTES: &[(Method, &str, u16, u16)] = &[
    (Method::Get, "/publish?<q>&<status>&<page>", 200, 200),
    (Method::Post, "/publish/several", 403, 303),
    (Method::Get, "/publish/titles/new", 200, 200),
    (Method::Post, "/publish/titles", 422, 422),
    (Method::Get, "/publish/titles/<id>", 200, 200),
    (Method::Get, "/publish/titles/<id>/edit", 200, 200),
    (Method::Post, "/publish/titles/<id>/edit", 422, 422),
    (Method::Post, "/publish/titles/<id>/notes", 404, 404),
    (Method::Post, "/publish/titles/<id>/editions", 303, 303),
    (Method::Post, "/publish/titles/<id>/editions/give-up", 303, 303),
    (Method::Post, "/publish/titles/<id>/files/<file>/remove", 404, 404),
    (Method::Post, "/publish/titles/<id>/publish", 422, 422),
    (Method::Post, "/publish/titles/<id>/plan/cancel", 303, 303),
    (Method::Post, "/publish/titles/<id>/take-back", 303, 303),
    (Method::Post, "/publish/titles/<id>/archive", 303, 303),
    (Method::Post, "/publish/titles/<id>/bring-back", 303, 303),
    (Method::Get, "/publish/sales?<from>&<to>&<by>&<page>", 200, 200),
    (Method::Get, "/publish/sales.csv?<from>&<to>&<by>", 200, 200),
    (Method::Get, "/books/<slug>/preview", 200, 200),
];

/// The address of a route for a title.
fn address(route: &str, book: &TestBook) -> String {
    let path = route.split('?').next().unwrap();
    let parts = path.split('/').map(|part| match part {
        "<id>" | "<book>" => book.public_id.as_str(),
        "<slug>" => book.slug.as_str(),
        part if part.starts_with('<') => "nothing",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(browser: &Browser<'_>, method: Method, path: &str) -> Answer {
    match method {
        Method::Get => browser.get(path).await,
        _ => browser.post(path, &[]).await,
    }
}

#[rocket::async_test]
async fn every_route_of_the_desk_is_for_the_titles_publisher_and_admins() {
    let shop = TestShop::new().await;
    let (jane, pat, oz, ada) =
        (shop.customer("jane"), shop.publisher("pat"), shop.publisher("oz"), shop.admin("ada"));
    let stranger = shop.browser();
    let emma = shop.book_of(pat.account.id, "Emma").publish();
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let mut known: Vec<(String, Method)> =
        ROUTES.iter().map(|(method, route, ..)| ((*route).to_owned(), *method)).collect();
    let mut seen: Vec<(String, Method)> = shop
        .client
        .rocket()
        .routes()
        .map(|route| {
            (route.uri.to_string().replace("/?", "?").trim_end_matches('/').to_owned(), route.method)
        })
        .filter(|(uri, _)| uri.starts_with("/publish") || uri.ends_with("/preview"))
        .filter(|(uri, _)| !uri.starts_with("/publish/uploads"))
        .collect();
    let order = |a: &(String, Method), b: &(String, Method)| {
        (a.0.as_str(), a.1.as_str()).cmp(&(b.0.as_str(), b.1.as_str()))
    };
    known.sort_by(order);
    seen.sort_by(order);
    assert_eq!(seen, known, "the table above lists each route of the publisher's desk");
    for &(method, route, for_publisher, for_admin) in ROUTES {
        let path = address(route, &emma);
        let names_a_title = ["<id>", "<book>", "<slug>"].iter().any(|part| route.contains(part));
        let for_other = if names_a_title { 404 } else { for_publisher };
        for (browser, status, is_let_in) in [
            (&stranger, 401, false),
            (&jane.browser, 403, false),
            (&oz.browser, for_other, for_other != 404),
            (&pat.browser, for_publisher, true),
            (&ada.browser, for_admin, true),
        ] {
            let answer = ask(browser, method, &path).await;
            assert_eq!(answer.status, status, "{method} {path}");
            if !is_let_in {
                answer.assert_shows_not("office-nav").assert_shows_not("Emma");
            }
        }
    }
    stranger.get("/publish").await.assert_shows("/sign-in?next=%2Fpublish");
}

#[rocket::async_test]
async fn the_way_to_the_desk_is_shown_to_those_who_have_one() {
    let shop = TestShop::new().await;
    let (jane, pat, ada) = (shop.customer("jane"), shop.publisher("pat"), shop.admin("ada"));
    jane.get("/").await.assert_shows_not("href=\"/publish\"");
    pat.get("/").await.assert_shows("href=\"/publish\"").assert_shows("Your titles");
    ada.get("/").await.assert_shows("href=\"/publish\"");
}
