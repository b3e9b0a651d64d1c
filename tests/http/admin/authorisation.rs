//! Every route of the back office, and who gets through.

use bookplate::orders::OrderStatus;
use rocket::http::Method;

use crate::support::{Answer, Browser, TestShop};

/// Each route of the back office, with what an admin gets who asks for something that is not there or sends nothing.
/// A route without a row fails the test below.
const ROUTES: &[(Method, &str, u16)] = &[
    (Method::Get, "/admin", 200),
    (Method::Get, "/admin/bundles", 200),
    (Method::Post, "/admin/bundles", 422),
    (Method::Get, "/admin/bundles/new", 200),
    (Method::Get, "/admin/bundles/<id>", 404),
    (Method::Post, "/admin/bundles/<id>", 404),
    (Method::Post, "/admin/bundles/<id>/publish", 404),
    (Method::Get, "/admin/codes", 200),
    (Method::Post, "/admin/codes", 422),
    (Method::Get, "/admin/codes/new", 200),
    (Method::Get, "/admin/codes/<id>", 404),
    (Method::Post, "/admin/codes/<id>", 404),
    (Method::Post, "/admin/codes/<id>/switch", 404),
    (Method::Get, "/admin/doctor", 200),
    (Method::Post, "/admin/doctor", 303),
    (Method::Get, "/admin/findings?<closed>&<page>", 200),
    (Method::Get, "/admin/findings/<id>", 404),
    (Method::Post, "/admin/findings/<id>", 404),
    (Method::Get, "/admin/log?<page>", 200),
    (Method::Get, "/admin/orders?<q>&<status>&<page>", 200),
    (Method::Get, "/admin/orders/<id>", 404),
    (Method::Get, "/admin/orders/<id>/refund?<item>&<all>", 404),
    (Method::Post, "/admin/orders/<id>/refund", 422),
    (Method::Post, "/admin/orders/<id>/sync", 404),
    (Method::Post, "/admin/orders/<id>/receipt", 404),
    (Method::Post, "/admin/orders/<id>/cancel", 404),
    (Method::Get, "/admin/prices?<q>&<page>", 200),
    (Method::Get, "/admin/prices/<id>", 404),
    (Method::Post, "/admin/prices/<id>", 404),
    (Method::Get, "/admin/publishers?<page>", 200),
    (Method::Get, "/admin/publishers/<id>", 404),
    (Method::Post, "/admin/publishers/<id>/answer", 404),
    (Method::Post, "/admin/publishers/<id>/end", 404),
    (Method::Get, "/admin/reviews?<answered>&<page>", 200),
    (Method::Get, "/admin/reviews/<id>", 404),
    (Method::Post, "/admin/reviews/<id>", 404),
];

/// The address of a route, with `nothing` for each of its parameters.
fn address(route: &str) -> String {
    let path = route.split('?').next().unwrap();
    let parts = path.split('/').map(|part| if part.starts_with('<') { "nothing" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn ask(browser: &Browser<'_>, method: Method, path: &str) -> Answer {
    match method {
        Method::Get => browser.get(path).await,
        _ => browser.post(path, &[]).await,
    }
}

#[rocket::async_test]
async fn every_route_of_the_back_office_is_for_admins_alone() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let (jane, pat, ada) = (shop.customer("jane"), shop.publisher("pat"), shop.admin("ada"));
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Paid);
    let stranger = shop.browser();
    let mut known: Vec<(Method, String)> =
        ROUTES.iter().map(|(method, route, _)| (*method, (*route).to_owned())).collect();
    let mut seen: Vec<(Method, String)> = shop
        .client
        .rocket()
        .routes()
        .map(|route| {
            (route.method, route.uri.to_string().replace("/?", "?").trim_end_matches('/').to_owned())
        })
        .filter(|(_, uri)| uri.starts_with("/admin"))
        .collect();
    known.sort_by(|a, b| (a.1.as_str(), a.0.as_str()).cmp(&(b.1.as_str(), b.0.as_str())));
    seen.sort_by(|a, b| (a.1.as_str(), a.0.as_str()).cmp(&(b.1.as_str(), b.0.as_str())));
    assert_eq!(seen, known, "the table above lists each route of the back office");
    for &(method, route, for_admin) in ROUTES {
        let path = address(route);
        for (browser, status) in
            [(&stranger, 401), (&jane.browser, 403), (&pat.browser, 403), (&ada.browser, for_admin)]
        {
            let answer = ask(browser, method, &path).await;
            assert_eq!(answer.status, status, "{method} {path}");
            if status != for_admin {
                answer.assert_shows_not("office-nav");
            }
        }
    }
    // What a browser is shown instead leads to the sign-in, and back here.
    stranger.get("/admin/orders").await.assert_shows("/sign-in?next=%2Fadmin%2Forders");
}

#[rocket::async_test]
async fn a_form_of_another_site_does_nothing() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let order = shop.only_order();
    let ada = shop.admin("ada");
    let path = format!("/admin/orders/{}/refund", order.public_id);
    let headers = [("Sec-Fetch-Site", "cross-site")];
    let answer = ada.send(Method::Post, &path, &headers, Some("item=1&amount=499&reason=".to_owned())).await;
    answer.assert_status(403);
    shop.assert_order(OrderStatus::Paid);
}
