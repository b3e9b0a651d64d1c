//! Buying, step by step, as a browser does; and what a test wants to know of it afterwards.

use bookplate::checkout::Till;
use bookplate::config::TaxKind;
use bookplate::db::schema::{mails, orders};
use bookplate::jobs::Jobs;
use bookplate::orders::{LineItem, Order, OrderId, OrderStatus};
use bookplate::payments::sandbox::Sandbox;
use diesel::prelude::*;

use super::builders::TestBook;
use super::{Answer, Browser, FakeStripe, TestShop};

/// A mail that waits in the outbox.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Waiting {
    /// The path of the first link in the text that begins with `prefix`.
    #[track_caller]
    pub fn link(&self, prefix: &str) -> String {
        let start = self.text.find(prefix).unwrap_or_else(|| panic!("no {prefix} in:\n{}", self.text));
        self.text[start..].split_whitespace().next().unwrap_or_default().to_owned()
    }
}

impl Browser<'_> {
    /// Puts books in the cart.
    pub async fn wants(&self, books: &[&TestBook]) {
        for book in books {
            self.post("/cart", &[("book", &book.public_id)]).await.assert_redirects_to("/cart");
        }
    }

    /// Presses the button of the checkout, with a guest's address and more fields. A country is as the page chose it.
    pub async fn presses_the_button(&self, email: &str, more: &[(&str, &str)]) -> Answer {
        let settings = self.settings();
        let home = settings.tax.home(&settings.seller).to_owned();
        let is_asked = settings.tax.mode == TaxKind::Included;
        let is_given = more.iter().any(|(field, _)| *field == "country");
        let country: &[(&str, &str)] =
            if is_asked && !is_given { &[("country", home.as_str())] } else { &[] };
        self.post("/checkout", &[&[("email", email)], country, more].concat()).await
    }

    /// Presses the button of the checkout, with a guest's address, and returns the pay page's path.
    pub async fn checks_out(&self, email: &str) -> String {
        let answer = self.presses_the_button(email, &[]).await;
        answer.assert_status(303);
        let to = answer.header("Location").unwrap_or_default().to_owned();
        assert!(to.starts_with("/sandbox/pay/"), "sent to {to} instead of the pay page");
        to
    }

    /// Presses the button of the checkout, with a guest's address, and returns the id of the session at Stripe.
    pub async fn checks_out_at_stripe(&self, stripe: &FakeStripe, email: &str) -> String {
        let answer = self.presses_the_button(email, &[]).await;
        answer.assert_status(303);
        let to = answer.header("Location").unwrap_or_default().to_owned();
        let id = to.strip_prefix(&format!("{}/c/pay/", stripe.base()));
        id.unwrap_or_else(|| panic!("sent to {to} instead of Stripe's page")).to_owned()
    }

    /// Presses one of the pay page's buttons, and goes where it leads; returns the order's page.
    pub async fn ends(&self, pay_page: &str, outcome: &str) -> Answer {
        let back = self.post(pay_page, &[("outcome", outcome)]).await;
        back.assert_status(303);
        self.follow(back).await
    }

    /// Follows redirects until a page comes.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..5 {
            if answer.status != 303 {
                return answer;
            }
            let to = answer.header("Location").unwrap_or_default().to_owned();
            answer = self.get(&to).await;
        }
        panic!("redirected without end");
    }

    /// From the book's page to the order's page, paid.
    pub async fn buys(&self, books: &[&TestBook], email: &str) -> Answer {
        self.wants(books).await;
        let pay_page = self.checks_out(email).await;
        let page = self.ends(&pay_page, "pay").await;
        page.assert_status(200).assert_shows("yours.");
        page
    }
}

impl TestShop {
    pub fn till(&self) -> &Till {
        self.client.rocket().state::<Till>().expect("the shop has a till")
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.till().gateway.sandbox().expect("the sandbox is the gateway")
    }

    /// Runs a task once, as the shop does by itself when it is open.
    pub async fn task(&self, name: &str) {
        let jobs = self.client.rocket().state::<Jobs>().expect("the shop has tasks");
        jobs.run_once(name).await.unwrap_or_else(|error| panic!("the task {name:?} failed: {error}"));
    }

    /// All orders, the oldest first.
    pub fn orders(&self) -> Vec<Order> {
        self.run(|conn| orders::table.order(orders::id).select(Order::as_select()).load(conn))
    }

    /// The one order that there is.
    #[track_caller]
    pub fn only_order(&self) -> Order {
        let all = self.orders();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    pub fn line_items(&self, order: OrderId) -> Vec<LineItem> {
        self.run(move |conn| LineItem::of_order(conn, order))
    }

    /// The one order is in this state.
    #[track_caller]
    pub fn assert_order(&self, status: OrderStatus) {
        assert_eq!(self.only_order().status, status);
    }

    /// The mails that were written, the oldest first.
    pub fn mails(&self) -> Vec<Waiting> {
        let rows: Vec<(String, String, String, String)> = self.run(|conn| {
            mails::table
                .order(mails::id)
                .select((mails::recipient, mails::subject, mails::body_text, mails::body_html))
                .load(conn)
        });
        rows.into_iter().map(|(to, subject, text, html)| Waiting { to, subject, text, html }).collect()
    }

    /// The receipts that were written.
    pub fn receipts(&self) -> Vec<Waiting> {
        self.mails().into_iter().filter(|mail| mail.subject.contains("receipt")).collect()
    }
}
