//! Every act of an admin is written down: who, what, and what came of it. The test walks over the routes themselves: one
//! that changes something has a way to do so below, or the test fails.

use bookplate::accounts::Role;
use bookplate::db::schema::{admin_acts, bundles, discount_codes, findings, invitations};
use bookplate::orders::{Finding, FindingKind, OrderStatus};
use diesel::prelude::*;
use rocket::http::Method;

use crate::support::builders::Reader;
use crate::support::{Answer, TestBook, TestShop};

/// Routes that change nothing of the shop: a table that is only looked at, or thrown away; a look at how the shop is.
const NO_ACT: &[&str] = &["/admin/doctor", "/admin/import", "/admin/import/<id>/forget"];

/// What the newest act says.
#[derive(Debug, Queryable)]
struct Kept {
    who: String,
    kind: String,
    subject: String,
    outcome: String,
}

fn kept(shop: &TestShop) -> Vec<Kept> {
    shop.run(|conn| {
        admin_acts::table
            .order(admin_acts::id)
            .select((admin_acts::who, admin_acts::kind, admin_acts::subject, admin_acts::outcome))
            .load(conn)
    })
}

/// A shop in which every act of the back office has something to act upon.
struct Office<'s> {
    shop: &'s TestShop,
    ada: Reader<'s>,
    jane: Reader<'s>,
    emma: TestBook,
}

impl Office<'_> {
    fn first(
        &self,
        read: impl FnOnce(&mut bookplate::db::Conn) -> QueryResult<String> + Send + 'static,
    ) -> String {
        self.shop.run(read)
    }

    /// A paid order of a guest, by its public id.
    async fn paid(&self) -> String {
        let guest = self.shop.browser();
        guest.buys(&[&self.emma], "guest@example.org").await;
        self.shop.orders().last().unwrap().public_id.clone()
    }

    async fn unpaid(&self) -> String {
        let guest = self.shop.browser();
        guest.wants(&[&self.emma]).await;
        guest.checks_out("guest@example.org").await;
        self.shop.orders().last().unwrap().public_id.clone()
    }

    async fn bundle(&self) -> String {
        let books = format!("{}\nsalt-roads", self.emma.slug);
        let title = format!("Both {}", kept(self.shop).len());
        let fields = [("title", title.as_str()), ("price", "4"), ("books", books.as_str())];
        self.ada.post("/admin/bundles", &fields).await.assert_status(303);
        self.first(|conn| bundles::table.order(bundles::id.desc()).select(bundles::public_id).first(conn))
    }

    async fn code(&self) -> String {
        let fields = [("code", "walk"), ("kind", "percent"), ("worth", "10")];
        self.ada.post("/admin/codes", &fields).await;
        self.first(|conn| {
            discount_codes::table
                .order(discount_codes::id.desc())
                .select(discount_codes::public_id)
                .first(conn)
        })
    }

    fn finding(&self) -> String {
        let now = self.shop.clock.now();
        self.shop
            .run(move |conn| Finding::raise(conn, FindingKind::Unclear, "walk", None, "So.", now).map(drop));
        self.first(|conn| findings::table.order(findings::id.desc()).select(findings::public_id).first(conn))
    }

    /// The part after `before` in a page, up to the next slash or quote.
    async fn on_page(&self, page: &str, before: &str) -> String {
        let text = self.ada.get(page).await.text();
        let after = text.split(before).nth(1).unwrap_or_else(|| panic!("no {before} on {page}"));
        after.split(['/', '"']).next().unwrap().to_owned()
    }

    /// A title of a publisher that waits for an answer.
    async fn review(&self) -> String {
        let pat = self.shop.publisher(&format!("pat{}", self.shop.orders().len()));
        let draft =
            self.shop.book_of(pat.account.id, "Sanditon").but(|new| new.language = "en".to_owned()).draft();
        let page = format!("/publish/titles/{}", draft.public_id);
        pat.post(&format!("{page}/publish"), &[("when", "now")]).await.assert_redirects_to(&page);
        self.on_page("/admin/reviews", "href=\"/admin/reviews/").await
    }

    /// Does what `route` is for, so that it succeeds; returns the answer, and how many acts went before it.
    async fn act(&self, route: &str) -> (Answer, usize) {
        let customer = || format!("/admin/customers/{}", self.jane.account.public_id);
        let (address, fields): (String, Vec<(&str, String)>) = match route {
            "/admin/access" => (
                route.to_owned(),
                vec![
                    ("person", "jane@example.com".to_owned()),
                    ("book", self.emma.slug.clone()),
                    ("verdict", "give".to_owned()),
                    ("reason", "A walk".to_owned()),
                ],
            ),
            "/admin/access/lift" => {
                self.shop.set_override(&self.shop_account("lifted"), &self.emma, true);
                let account = self.on_page("/admin/access?q=lifted", "name=\"account\" value=\"").await;
                let book = self.emma.public_id.clone();
                (
                    route.to_owned(),
                    vec![("account", account), ("book", book), ("reason", "A walk".to_owned())],
                )
            }
            "/admin/bundles" => (
                route.to_owned(),
                vec![
                    ("title", "New".to_owned()),
                    ("price", "4".to_owned()),
                    ("books", format!("{}\nsalt-roads", self.emma.slug)),
                ],
            ),
            "/admin/bundles/<id>" => (
                format!("/admin/bundles/{}", self.bundle().await),
                vec![
                    ("title", "Changed".to_owned()),
                    ("price", "5".to_owned()),
                    ("books", format!("{}\nsalt-roads", self.emma.slug)),
                ],
            ),
            "/admin/bundles/<id>/publish" => {
                (format!("/admin/bundles/{}/publish", self.bundle().await), vec![("on", "true".to_owned())])
            }
            "/admin/codes" => (
                route.to_owned(),
                vec![
                    ("code", "other".to_owned()),
                    ("kind", "percent".to_owned()),
                    ("worth", "20".to_owned()),
                ],
            ),
            "/admin/codes/<id>" => (
                format!("/admin/codes/{}", self.code().await),
                vec![("code", "walk".to_owned()), ("kind", "percent".to_owned()), ("worth", "30".to_owned())],
            ),
            "/admin/codes/<id>/switch" => {
                (format!("/admin/codes/{}/switch", self.code().await), vec![("on", "false".to_owned())])
            }
            "/admin/customers/<id>/block" => {
                (format!("{}/block", customer()), vec![("reason", "A walk".to_owned())])
            }
            "/admin/customers/<id>/unblock" => {
                self.ada.post(&format!("{}/block", customer()), &[("reason", "A walk")]).await;
                (format!("{}/unblock", customer()), vec![])
            }
            "/admin/customers/<id>/reset-link" => {
                self.ada.post(&format!("{}/unblock", customer()), &[]).await;
                (format!("{}/reset-link", customer()), vec![])
            }
            "/admin/customers/<id>/sign-out" => (format!("{}/sign-out", customer()), vec![]),
            "/admin/findings/<id>" => (
                format!("/admin/findings/{}", self.finding()),
                vec![("repair", "dismiss".to_owned()), ("reason", "A walk".to_owned())],
            ),
            "/admin/orders/<id>/address" => (
                format!("/admin/orders/{}/address", self.paid().await),
                vec![("email", "other@example.org".to_owned())],
            ),
            "/admin/orders/<id>/cancel" => (format!("/admin/orders/{}/cancel", self.unpaid().await), vec![]),
            "/admin/orders/<id>/downloads" => {
                (format!("/admin/orders/{}/downloads", self.paid().await), vec![])
            }
            "/admin/orders/<id>/receipt" => (format!("/admin/orders/{}/receipt", self.paid().await), vec![]),
            "/admin/orders/<id>/refund" => (
                format!("/admin/orders/{}/refund", self.paid().await),
                vec![("item", "1".to_owned()), ("amount", "499".to_owned()), ("reason", "A walk".to_owned())],
            ),
            "/admin/orders/<id>/sync" => (format!("/admin/orders/{}/sync", self.paid().await), vec![]),
            "/admin/prices/<id>" => (
                format!("/admin/prices/{}", self.shop.book("Priced").publish().public_id),
                vec![("kind", "fixed".to_owned()), ("price", "6".to_owned())],
            ),
            "/admin/publishers/<id>/answer" => {
                let kim = self.shop.customer("kim");
                let words = [("words", "I would like to sell my novels here.")];
                kim.post("/account/publisher", &words).await.assert_status(303);
                let wish = self.on_page("/admin/publishers", "action=\"/admin/publishers/").await;
                (format!("/admin/publishers/{wish}/answer"), vec![("verdict", "approve".to_owned())])
            }
            "/admin/publishers/<id>/end" => {
                let gone = self.shop.account("gone", Role::Publisher).public_id;
                (format!("/admin/publishers/{gone}/end"), vec![("titles", "keep".to_owned())])
            }
            "/admin/reviews/<id>" => {
                (format!("/admin/reviews/{}", self.review().await), vec![("verdict", "approve".to_owned())])
            }
            "/admin/team/<id>/role" => {
                let member = self.shop.account("member", Role::Publisher).public_id;
                (format!("/admin/team/{member}/role"), vec![("role", "admin".to_owned())])
            }
            "/admin/team/invite" => (
                route.to_owned(),
                vec![("email", "eve@example.org".to_owned()), ("role", "publisher".to_owned())],
            ),
            "/admin/team/invitations/<id>/withdraw" => {
                let invite = [("email", "sue@example.org"), ("role", "publisher")];
                self.ada.post("/admin/team/invite", &invite).await.assert_status(303);
                let id = self.first(|conn| {
                    invitations::table
                        .order(invitations::id.desc())
                        .select(invitations::public_id)
                        .first(conn)
                });
                (format!("/admin/team/invitations/{id}/withdraw"), vec![])
            }
            "/admin/categories" | "/admin/contributors" | "/admin/series" => {
                (route.to_owned(), vec![("name", self.new_name())])
            }
            "/admin/categories/<slug>" | "/admin/contributors/<slug>" | "/admin/series/<slug>" => {
                let address = self.group(route).await;
                (address, vec![("name", format!("{} again", self.new_name()))])
            }
            "/admin/categories/<slug>/move" => {
                self.group(route).await;
                (format!("{}/move", self.group(route).await), vec![("up", "true".to_owned())])
            }
            "/admin/categories/<slug>/remove"
            | "/admin/contributors/<slug>/remove"
            | "/admin/series/<slug>/remove" => {
                (format!("{}/remove", self.group(route).await), vec![("titles", "0".to_owned())])
            }
            "/admin/import/<id>" => {
                let table = ("titles.csv", "text/csv", &b"title,price\nTaken in,4.99\n"[..]);
                let looked_at = self.ada.send_file("/admin/import", &[], "table", table).await;
                looked_at.assert_status(303);
                (looked_at.header("Location").unwrap().to_owned(), vec![])
            }
            "/admin/shop/name" => {
                (route.to_owned(), vec![("name", self.new_name()), ("revision", self.revision().await)])
            }
            "/admin/shop/colours" => (
                route.to_owned(),
                vec![("main_light", "#7A0019".to_owned()), ("revision", self.revision().await)],
            ),
            "/admin/shop/logo" => {
                let drawn = ("logo.png", "image/png", &super::shop::picture(96, 24)[..]);
                let revision = self.revision().await;
                let fields = [("revision", revision.as_str())];
                self.ada.send_file(route, &fields, "logo", drawn).await.assert_status(303);
                (route.to_owned(), vec![("remove", "true".to_owned()), ("revision", self.revision().await)])
            }
            "/admin/shop/texts/<kind>" => (
                "/admin/shop/texts/imprint".to_owned(),
                vec![("body", "Quay 1.".to_owned()), ("revision", self.revision().await)],
            ),
            other => {
                panic!("POST {other} has no act here: add one that succeeds, to show that it is written down")
            }
        };
        let before = kept(self.shop).len();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        (self.ada.post(&address, &fields).await, before)
    }

    /// The revision of the shop's face that its forms were filled from.
    async fn revision(&self) -> String {
        self.on_page("/admin/shop", "name=\"revision\" value=\"").await
    }

    fn new_name(&self) -> String {
        format!("Shelf {}", kept(self.shop).len())
    }

    /// A new category, contributor or series, by its address.
    async fn group(&self, route: &str) -> String {
        let place = route.split("/<").next().unwrap();
        let made = self.ada.post(place, &[("name", &self.new_name())]).await;
        made.assert_status(303);
        made.header("Location").unwrap_or_default().to_owned()
    }

    fn shop_account(&self, name: &str) -> bookplate::accounts::Account {
        self.shop.account(name, Role::Customer)
    }
}

#[rocket::async_test]
async fn every_act_of_the_back_office_is_written_down_with_who_did_it_and_what_came_of_it() {
    let shop = TestShop::new().await;
    let (ada, jane) = (shop.admin("ada"), shop.customer("jane"));
    let emma = shop.book("Emma").publish();
    shop.book("Salt Roads").publish();
    shop.order(Some(jane.account.id), &[&emma], OrderStatus::Expired);
    let office = Office { shop: &shop, ada, jane, emma };
    let mut routes: Vec<String> = shop
        .client
        .rocket()
        .routes()
        .filter(|route| ![Method::Get, Method::Head].contains(&route.method))
        .map(|route| route.uri.path().trim_end_matches('/').to_owned())
        .filter(|route| route.starts_with("/admin") && !NO_ACT.contains(&route.as_str()))
        .collect();
    routes.sort();
    routes.dedup();
    assert!(routes.len() > 20, "{routes:?}");
    for route in routes {
        let (answer, before) = office.act(&route).await;
        assert_eq!(answer.status, 303, "POST {route} did not succeed: {}", answer.text());
        let flash = answer.set_cookies().into_iter().find(|(name, ..)| name.contains("flash"));
        let said = flash.unwrap_or_default().1;
        assert!(!said.starts_with("error"), "POST {route} did not succeed: {said}");
        let acts = kept(&shop);
        assert_eq!(acts.len(), before + 1, "POST {route} is not written down, once: {acts:#?}");
        let act = acts.last().unwrap();
        assert_eq!(act.who, "ada@example.com", "POST {route}");
        for (what, text) in [("kind", &act.kind), ("subject", &act.subject), ("outcome", &act.outcome)] {
            assert!(!text.is_empty(), "POST {route}: the act has no {what}: {act:?}");
        }
    }
}

#[rocket::async_test]
async fn the_log_is_narrowed_by_person_kind_and_thing() {
    let shop = TestShop::new().await;
    let (ada, eve, jane) = (shop.admin("ada"), shop.admin("eve"), shop.customer("jane"));
    let page = format!("/admin/customers/{}", jane.account.public_id);
    ada.post(&format!("{page}/block"), &[("reason", "Nonsense in the forum")]).await.assert_status(303);
    eve.post(&format!("{page}/unblock"), &[]).await.assert_status(303);
    eve.post("/admin/team/invite", &[("email", "sue@example.org"), ("role", "publisher")])
        .await
        .assert_status(303);
    for (query, found, lost) in [
        ("", vec!["Nonsense in the forum", "Let in again", "sue@example.org"], vec![]),
        ("who=ADA", vec!["Nonsense in the forum"], vec!["sue@example.org"]),
        ("who=eve&kind=account", vec!["Let in again"], vec!["sue@example.org"]),
        ("kind=role", vec!["sue@example.org"], vec!["Let in again"]),
        ("q=nonsense%20in", vec!["Nonsense in the forum"], vec!["sue@example.org"]),
        ("q=jane", vec!["Let in again"], vec!["sue@example.org"]),
        ("kind=refund", vec!["Nothing fits."], vec!["Let in again"]),
    ] {
        let answer = ada.get(&format!("/admin/log?{query}")).await;
        for text in found {
            answer.assert_shows(text);
        }
        for text in lost {
            answer.assert_shows_not(text);
        }
    }
    ada.get("/admin/log?kind=account").await.assert_shows("May sign in</span> → ").assert_shows("Blocked");
}
