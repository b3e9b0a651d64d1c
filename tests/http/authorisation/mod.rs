//! Authorisation as a table: every route of the shop, and what each kind of person gets there.
//!
//! A row is a route and five statuses: of a visitor, a customer, another publisher, the title's own publisher, and an
//! admin. The customer is the one who bought the title; the other publisher is a stranger to all that the row names. No
//! field is sent, and each begins with a fresh session. A route without a row fails the test, and so does a row without
//! a route. Rows stand in the file of their area, by address.

mod accounts;
mod admin;
mod orders;
mod publishing;
mod rest;
mod uploads;
mod window;

use bookplate::accounts::Account;
use bookplate::orders::{Order, OrderStatus};
use rocket::http::Method;

use crate::support::{Answer, Browser, TestBook, TestShop};

/// A route, and the statuses of a visitor, a customer, another publisher, the publisher, and an admin.
type Row = (Method, &'static str, [u16; 5]);

/// Every area's rows.
const AREAS: &[&[Row]] =
    &[accounts::ROWS, admin::ROWS, orders::ROWS, publishing::ROWS, rest::ROWS, uploads::ROWS, window::ROWS];

const PEOPLE: [&str; 5] = ["a visitor", "a customer", "another publisher", "the publisher", "an admin"];

/// A shop whose settings leave no route out.
async fn every_route() -> TestShop {
    TestShop::with(|settings| settings.checkout.withdrawal = true).await
}

/// A shop with a title that is for sale, its publisher, another one, its buyer and an admin.
struct World {
    shop: TestShop,
    book: TestBook,
    /// The title as it was bought by the customer.
    order: Order,
    customer: Account,
    /// In the order of [`PEOPLE`]; a visitor has none.
    people: [Option<Account>; 5],
}

impl World {
    async fn new() -> Self {
        let shop = every_route().await;
        let (jane, oz, pat, ada) =
            (shop.customer("jane"), shop.publisher("oz"), shop.publisher("pat"), shop.admin("ada"));
        let book = shop.book_of(pat.account.id, "Emma").publish();
        jane.buys(&[&book], "").await;
        let order = shop.only_order();
        let customer = jane.account.clone();
        let people = [None, Some(jane), Some(oz), Some(pat), Some(ada)]
            .map(|reader| reader.map(|reader| reader.account));
        Self { shop, book, order, customer, people }
    }

    /// A browser of the person of this place in [`PEOPLE`].
    fn browser(&self, place: usize) -> Browser<'_> {
        match &self.people[place] {
            Some(account) => self.shop.signed_in(account).browser,
            None => self.shop.browser(),
        }
    }
}

/// The address of a route; `name` gives what stands for a parameter.
fn address(route: &str, name: impl Fn(&str) -> String) -> String {
    let parts = route.split('/').map(|part| match part.strip_prefix('<') {
        Some(parameter) => name(parameter.trim_end_matches('>')),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(browser: &Browser<'_>, method: Method, path: &str) -> Answer {
    let headers = [("Sec-Fetch-Site", "same-origin")];
    let body = (method == Method::Post).then(String::new);
    browser.send(method, path, &headers, body).await
}

/// Asks for each row as each person. `name` gives what stands for a parameter in that area.
async fn check(rows: &[Row], name: impl Fn(&World, &str) -> String) {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for (method, route, expected) in rows {
        let path = address(route, |parameter| name(&world, parameter));
        let mut got = [0; 5];
        for (place, person) in PEOPLE.iter().enumerate() {
            let answer = ask(&world.browser(place), *method, &path).await;
            got[place] = answer.status;
            if [401, 403, 404].contains(&answer.status) {
                let place = format!("{method} {path}, as {person}");
                assert_nothing_shows(&world, &answer, &place, *person == "a customer");
            }
        }
        if got != *expected {
            wrong.push(format!("{method} {route}: {got:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "(of {})\n{}", PEOPLE.join(", "), wrong.join("\n"));
}

/// Who is sent away learns nothing: no way through an office, no title, no order, no buyer.
fn assert_nothing_shows(world: &World, answer: &Answer, place: &str, is_buyer: bool) {
    let page = answer.text();
    let mut secrets = vec!["office-nav", "Emma", world.order.number.as_str()];
    if !is_buyer {
        secrets.push(&world.customer.email);
    }
    for secret in secrets {
        assert!(!page.contains(secret), "{place}: the page shows {secret:?}");
    }
}

/// What a route without a name of its own stands for: nothing that there is.
fn nothing(_: &World, _: &str) -> String {
    "nothing".to_owned()
}

#[rocket::async_test]
async fn every_route_of_the_shop_has_a_row() {
    let shop = every_route().await;
    let name = |method: Method, route: &str| format!("{method} {route}");
    let mut known: Vec<String> =
        AREAS.iter().flat_map(|rows| rows.iter()).map(|(method, route, _)| name(*method, route)).collect();
    let mut seen: Vec<String> = shop
        .client
        .rocket()
        .routes()
        .map(|route| {
            let path = route.uri.to_string();
            let path = path.split('?').next().unwrap_or_default();
            name(route.method, if path == "/" { path } else { path.trim_end_matches('/') })
        })
        .collect();
    known.sort();
    seen.sort();
    seen.dedup();
    let lacking: Vec<&String> = seen.iter().filter(|route| !known.contains(route)).collect();
    let stale: Vec<&String> = known.iter().filter(|route| !seen.contains(route)).collect();
    assert!(
        lacking.is_empty() && stale.is_empty(),
        "without a row: {lacking:#?}\nwithout a route: {stale:#?}"
    );
    let doubled: Vec<&String> = known.windows(2).filter(|two| two[0] == two[1]).map(|two| &two[0]).collect();
    assert!(doubled.is_empty(), "more than one row: {doubled:#?}");
}

#[rocket::async_test]
async fn a_visitor_of_a_desk_is_shown_the_way_to_sign_in_and_back() {
    let shop = TestShop::new().await;
    let stranger = shop.browser();
    stranger.get("/admin/orders").await.assert_shows("/sign-in?next=%2Fadmin%2Forders");
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

#[rocket::async_test]
async fn a_form_of_another_site_does_nothing() {
    let world = World::new().await;
    let ada = world.browser(4);
    let path = format!("/admin/orders/{}/refund", world.order.public_id);
    let headers = [("Sec-Fetch-Site", "cross-site")];
    let answer = ada.send(Method::Post, &path, &headers, Some("item=1&amount=499&reason=".to_owned())).await;
    answer.assert_status(403);
    world.shop.assert_order(OrderStatus::Paid);
}
