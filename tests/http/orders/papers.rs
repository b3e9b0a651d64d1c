//! Invoices and credit notes: their numbers, their figures, who sees them, and what the PDF says.

use std::path::Path;

use bookplate::config::{Settings, TaxKind};
use bookplate::db::schema::{orders, papers, refunds};
use bookplate::money::Money;
use bookplate::orders::papers::{Paper, PaperKind, Rules, follow};
use bookplate::orders::refund::{Items, RefundStatus, refund};
use bookplate::orders::{Order, OrderId};
use diesel::prelude::*;
use rocket::futures::future::join_all;

use crate::support::{Answer, TestBook, TestShop};

#[path = "../../support/tools.rs"]
mod tools;

fn seller(settings: &mut Settings) {
    settings.seller.name = "Sea Books GmbH".to_owned();
    settings.seller.address = vec!["Kai 7".to_owned(), "20457 Hamburg".to_owned()];
    settings.seller.country = "DE".to_owned();
    settings.seller.vat_id = "DE123456789".to_owned();
    settings.seller.register = "Amtsgericht Hamburg, HRB 12345".to_owned();
}

/// A shop whose prices include tax at this rate.
async fn with_rate(currency: &'static str, country: &'static str, percent: f64) -> TestShop {
    TestShop::with(|settings| {
        seller(settings);
        settings.currency = currency.parse().unwrap();
        settings.tax.mode = TaxKind::Included;
        settings.tax.rates.insert(country.to_owned(), percent);
        settings.tax.default_country = country.to_owned();
    })
    .await
}

impl TestShop {
    fn priced(&self, title: &str, minor: i64) -> TestBook {
        let price = Money::new(minor, self.settings.currency);
        self.book(title).but(|new| new.price = price).publish()
    }

    fn papers(&self, order: OrderId) -> Vec<Paper> {
        self.run(move |conn| Paper::of_order(conn, order))
    }

    fn follow(&self, order: OrderId) {
        let (rules, now) = (Rules::from(&self.settings), self.clock.now());
        self.run(move |conn| {
            let order = Order::lock(conn, order)?.unwrap();
            follow(conn, &rules, &order, now)
        });
    }
}

/// The words of a PDF, after qpdf has found nothing wrong with it.
fn words_of(pdf: &Answer) -> String {
    pdf.assert_status(200);
    assert_eq!(pdf.header("Content-Type"), Some("application/pdf"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, &pdf.body).unwrap();
    let checked = tools::run("qpdf", "Debian's `qpdf`", &[Path::new("--check"), &path]);
    assert!(checked.success && !checked.text.contains("WARNING"), "{}", checked.text);
    let options = ["-layout", "-enc", "UTF-8"].map(Path::new);
    let said = tools::run(
        "pdftotext",
        "Debian's `poppler-utils`",
        &[options[0], options[1], options[2], &path, Path::new("-")],
    );
    assert!(said.success, "{}", said.text);
    said.text
}

#[rocket::async_test]
async fn a_paid_order_has_an_invoice_as_a_page_and_as_a_pdf() {
    let shop = with_rate("EUR", "DE", 7.0).await;
    let (emma, salt) = (shop.priced("Emma", 499), shop.priced("Salt & <Roads>", 1250));
    let guest = shop.browser();
    let page = guest.buys(&[&emma, &salt], "jane@example.org").await;
    page.assert_shows("Invoice TEST-2026-000001");
    let order = shop.only_order();
    let invoice = guest.get(&format!("/orders/{}/invoice", order.public_id)).await;
    invoice.assert_status(200);
    assert_eq!(invoice.header("Cache-Control"), Some("no-store"));
    // 17.49 * 7 / 107 = 1.1442…
    let parts = [
        "TEST-2026-000001",
        "Sea Books GmbH",
        "Kai 7 · 20457 Hamburg · Germany",
        "VAT no. DE123456789",
        "HRB 12345",
        "jane@example.org",
        "1 March 2026",
        order.number.as_str(),
        "Emma",
        "Salt & <Roads>",
        "€4.99",
        "€12.50",
        "€17.49",
        "VAT 7 % (Germany)",
        "€16.35",
        "€1.14",
        "no real money",
    ];
    let pdf = guest.get(&format!("/orders/{}/invoice.pdf", order.public_id)).await;
    let words = words_of(&pdf);
    for part in parts {
        invoice.assert_shows(part);
        assert!(words.contains(part), "{part} is not in:\n{words}");
    }
    let name = pdf.header("Content-Disposition").unwrap();
    assert_eq!(name, "inline; filename=\"invoice-TEST-2026-000001.pdf\"");
    let mail = &shop.receipts()[0];
    assert!(mail.text.contains("TEST-2026-000001"), "{}", mail.text);
    let opened =
        shop.browser().get(&mail.link("http://localhost/orders/open/")["http://localhost".len()..]).await;
    opened.assert_status(303);
}

#[rocket::async_test]
async fn the_tax_in_a_total_is_exact_in_every_currency() {
    // By hand: the total times the rate by 100 plus the rate, half up.
    for (currency, country, percent, prices, net, tax) in [
        ("EUR", "DE", 7.0, [499, 1250], "€16.35", "€1.14"),
        ("EUR", "DE", 19.0, [499, 1250], "€14.70", "€2.79"),
        ("EUR", "FR", 5.5, [499, 1250], "€16.58", "€0.91"),
        ("JPY", "JP", 10.0, [700, 500], "¥1,091", "¥109"),
        ("KWD", "KW", 0.0, [1250, 2500], "KWD\u{a0}3.750", "KWD\u{a0}0.000"),
        ("KWD", "KW", 5.0, [1250, 2500], "KWD\u{a0}3.571", "KWD\u{a0}0.179"),
    ] {
        let shop = with_rate(currency, country, percent).await;
        let (one, two) = (shop.priced("One", prices[0]), shop.priced("Two", prices[1]));
        let guest = shop.browser();
        guest.buys(&[&one, &two], "jane@example.org").await;
        let order = shop.only_order();
        let page = guest.get(&format!("/orders/{}/invoice", order.public_id)).await;
        page.assert_shows(net).assert_shows(tax).assert_shows(&order.shown(prices[0] + prices[1]));
    }
}

#[rocket::async_test]
async fn numbers_have_no_gap_and_come_once_when_many_pay_at_once() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let mut pages = Vec::new();
    for number in 0..12 {
        let guest = shop.browser();
        guest.wants(&[&emma]).await;
        let page = guest.checks_out(&format!("guest-{number}@example.org")).await;
        pages.push((guest, page));
    }
    join_all(pages.iter().map(|(guest, page)| guest.ends(page, "pay"))).await;
    let mut numbers: Vec<String> = shop.run(|conn| papers::table.select(papers::number).load(conn));
    numbers.sort();
    let expected: Vec<String> = (1..=12).map(|number| format!("TEST-2026-{number:06}")).collect();
    assert_eq!(numbers, expected);
}

#[rocket::async_test]
async fn following_an_order_again_and_at_once_writes_nothing_twice() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    let order = shop.only_order().id;
    shop.run(|conn| diesel::delete(papers::table).execute(conn));
    let rules = Rules::from(&shop.settings);
    let all = (0..8).map(|_| {
        let (rules, now) = (rules.clone(), shop.clock.now());
        shop.db.write(move |conn| {
            let order = Order::lock(conn, order)?.unwrap();
            follow(conn, &rules, &order, now)
        })
    });
    for done in join_all(all).await {
        done.unwrap();
    }
    assert_eq!(shop.papers(order).len(), 1);
    // The number that was taken before stays taken: this is the only way to a gap, and nobody deletes papers.
    assert_eq!(shop.papers(order)[0].number, "TEST-2026-000002");
}

#[rocket::async_test]
async fn real_money_has_a_series_of_its_own_and_each_year_begins_at_one() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    shop.customer("jane").buys(&[&emma], "").await;
    shop.run(|conn| diesel::update(orders::table).set(orders::livemode.eq(true)).execute(conn));
    let order = shop.only_order().id;
    shop.run(|conn| diesel::delete(papers::table).execute(conn));
    shop.follow(order);
    assert_eq!(shop.papers(order)[0].number, "2026-000001");
    shop.run(|conn| diesel::delete(papers::table).execute(conn));
    shop.clock.advance(chrono::TimeDelta::days(306));
    shop.follow(order);
    let paper = &shop.papers(order)[0];
    assert_eq!(paper.number, "2027-000001");
    assert!(!paper.read().unwrap().test);
}

#[rocket::async_test]
async fn an_order_that_costs_nothing_or_is_not_paid_has_no_invoice() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    guest.checks_out("jane@example.org").await;
    let order = shop.only_order();
    let page = guest.get(&format!("/orders/{}", order.public_id)).await;
    page.assert_status(200).assert_shows_not("Papers");
    for address in ["invoice", "invoice.pdf", "invoice/details", "papers/TEST-2026-000001"] {
        guest.get(&format!("/orders/{}/{address}", order.public_id)).await.assert_status(404);
    }
}

#[rocket::async_test]
async fn only_who_may_see_the_order_sees_its_papers() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    jane.get("/orders").await.assert_shows("/invoice\">Invoice</a>");
    let order = shop.only_order();
    let (kate, admin) = (shop.customer("kate"), shop.admin("ada"));
    for address in ["invoice", "invoice.pdf", "invoice/details", "papers/TEST-2026-000001"] {
        let address = format!("/orders/{}/{address}", order.public_id);
        jane.get(&address).await.assert_status(200);
        admin.get(&address).await.assert_status(200);
        kate.get(&address).await.assert_status(404);
        shop.browser().get(&address).await.assert_status(404);
    }
    let details = format!("/orders/{}/invoice/details", order.public_id);
    kate.post(&details, &[("name", "Kate")]).await.assert_status(404);
    jane.get(&format!("/orders/{}/papers/TEST-2026-000002", order.public_id)).await.assert_status(404);
}

#[rocket::async_test]
async fn later_settings_and_titles_change_no_invoice() {
    let shop = with_rate("EUR", "DE", 7.0).await;
    let emma = shop.priced("Emma", 499);
    shop.customer("jane").buys(&[&emma], "").await;
    let order = shop.only_order().id;
    let before = shop.papers(order)[0].snapshot.clone();
    let mut rules = Rules::from(&shop.settings);
    rules.seller.name = "Another".to_owned();
    rules.tax.rates.insert("DE".to_owned(), 19.0);
    let now = shop.clock.now();
    shop.run(move |conn| {
        let order = Order::lock(conn, order)?.unwrap();
        follow(conn, &rules, &order, now)
    });
    assert_eq!(shop.papers(order)[0].snapshot, before);
    assert_eq!(shop.papers(order)[0].tax_minor, 33);
}

#[rocket::async_test]
async fn other_details_make_a_correction_that_refers_to_the_invoice() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.buys(&[&emma], "jane@example.org").await;
    let order = shop.only_order();
    let (invoice, details) = (
        format!("/orders/{}/invoice", order.public_id),
        format!("/orders/{}/invoice/details", order.public_id),
    );
    let wrong = guest.post(&details, &[("name", "Jane Austen"), ("vat_id", "DE12")]).await;
    wrong.assert_status(422).assert_shows("This isn’t a VAT number.").assert_shows("Jane Austen");
    let sent = [
        ("name", "Jane Austen"),
        ("company", "Austen Ltd"),
        ("address", "1 High Street\r\nChawton"),
        ("country", "GB"),
        ("vat_id", "gb 123 4567 89"),
    ];
    guest.post(&details, &sent).await.assert_redirects_to(&invoice);
    let page = guest.get(&invoice).await;
    for part in [
        "Corrected invoice",
        "TEST-2026-000001-C1",
        "on invoice TEST-2026-000001 of 1 March 2026",
        "No amount changes",
        "Austen Ltd",
        "Chawton",
        "United Kingdom",
        "VAT no. GB123456789",
        "€4.99",
    ] {
        page.assert_shows(part);
    }
    let first = guest.get(&format!("/orders/{}/papers/TEST-2026-000001", order.public_id)).await;
    first.assert_status(200).assert_shows_not("Austen Ltd");
    // The same once more is no news.
    guest.post(&details, &sent).await.assert_redirects_to(&invoice);
    assert_eq!(shop.papers(order.id).len(), 2);
    guest.get(&details).await.assert_shows("1 High Street\nChawton").assert_shows("Austen Ltd");
}

#[rocket::async_test]
async fn a_refund_of_some_and_then_of_all_makes_credit_notes_whose_tax_adds_up() {
    let shop = with_rate("EUR", "DE", 7.0).await;
    let books = [shop.priced("One", 499), shop.priced("Two", 499), shop.priced("Three", 499)];
    let guest = shop.browser();
    guest.buys(&books.iter().collect::<Vec<_>>(), "jane@example.org").await;
    let order = shop.only_order();
    // 14.97 * 7 / 107 = 0.979…: 0.98 in all. A third of it is 0.3266…, two thirds 0.653….
    let items = shop.line_items(order.id);
    refund(shop.till(), order.id, Items::These(vec![items[0].id]), "").await.unwrap();
    refund(shop.till(), order.id, Items::These(vec![items[1].id]), "").await.unwrap();
    refund(shop.till(), order.id, Items::All, "").await.unwrap();
    let written = shop.papers(order.id);
    let told: Vec<(PaperKind, &str, i64, i64)> = written
        .iter()
        .map(|paper| (paper.kind, paper.number.as_str(), paper.total_minor, paper.tax_minor))
        .collect();
    assert_eq!(
        told,
        [
            (PaperKind::Invoice, "TEST-2026-000001", 1497, 98),
            (PaperKind::CreditNote, "TEST-CN-2026-000001", 499, 33),
            (PaperKind::CreditNote, "TEST-CN-2026-000002", 499, 32),
            (PaperKind::CreditNote, "TEST-CN-2026-000003", 499, 33),
        ]
    );
    guest.get(&format!("/orders/{}", order.public_id)).await.assert_shows("Credit note TEST-CN-2026-000002");
    let address = format!("/orders/{}/papers/TEST-CN-2026-000002", order.public_id);
    let page = guest.get(&address).await;
    let words = words_of(&guest.get(&format!("{address}.pdf")).await);
    for part in
        ["Credit note", "Corrects invoice TEST-2026-000001", "Two", "Credited", "€4.99", "€0.32", "€4.67"]
    {
        page.assert_shows(part);
        assert!(words.contains(part), "{part} is not in:\n{words}");
    }
    page.assert_shows_not("Three");
}

#[rocket::async_test]
async fn a_refund_that_fails_later_takes_its_credit_note_back() {
    let shop = with_rate("EUR", "DE", 7.0).await;
    let emma = shop.priced("Emma", 499);
    let jane = shop.customer("jane");
    jane.buys(&[&emma], "").await;
    let order = shop.only_order();
    refund(shop.till(), order.id, Items::All, "").await.unwrap();
    shop.run(|conn| {
        diesel::update(refunds::table).set(refunds::status.eq(RefundStatus::Failed)).execute(conn)
    });
    shop.follow(order.id);
    shop.follow(order.id);
    let written = shop.papers(order.id);
    assert_eq!(written.len(), 3);
    let back = &written[2];
    assert_eq!((back.kind, back.number.as_str()), (PaperKind::CreditReversal, "TEST-CN-2026-000002"));
    assert_eq!((back.total_minor, back.tax_minor), (499, 33));
    let page = jane.get(&format!("/orders/{}/papers/{}", order.public_id, back.number)).await;
    page.assert_shows("Reversal of a credit note").assert_shows("Takes credit note TEST-CN-2026-000001");
}

#[rocket::async_test]
async fn a_name_in_any_script_and_of_any_length_is_printed() {
    let shop = TestShop::new().await;
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(4);
    let titles = [
        "Ὀδύσσεια",
        "Война и мир",
        "三國演義",
        "ألف ليلة وليلة",
        "🙂 e\u{301}\u{200d}\u{202e}x",
        long.as_str(),
    ];
    let books: Vec<TestBook> = titles.iter().map(|title| shop.book(title).publish()).collect();
    let guest = shop.browser();
    guest.buys(&books.iter().collect::<Vec<_>>(), "jane@example.org").await;
    let order = shop.only_order();
    let details = format!("/orders/{}/invoice/details", order.public_id);
    let sent = [
        ("name", "李 小龍 · Ærøskøbing"),
        ("company", long.get(..110).unwrap()),
        ("address", "Зимний дворец"),
    ];
    guest.post(&details, &sent).await.assert_status(303);
    let words = words_of(&guest.get(&format!("/orders/{}/invoice.pdf", order.public_id)).await);
    for part in ["Война и мир", "Зимний дворец", "Ærøskøbing", "€29.94"] {
        assert!(words.contains(part), "{part} is not in:\n{words}");
    }
}

#[rocket::async_test]
async fn a_long_order_goes_on_over_pages() {
    let shop = TestShop::new().await;
    let books: Vec<TestBook> =
        (0..40).map(|number| shop.book(&format!("A book with the number {number:02}")).publish()).collect();
    let guest = shop.browser();
    guest.buys(&books.iter().collect::<Vec<_>>(), "jane@example.org").await;
    let words = words_of(&guest.get(&format!("/orders/{}/invoice.pdf", shop.only_order().public_id)).await);
    for number in 0..40 {
        assert!(words.contains(&format!("the number {number:02}")), "{number}:\n{words}");
    }
    assert!(words.contains("TEST-2026-000001 · 1/2") && words.contains("TEST-2026-000001 · 2/2"), "{words}");
    assert!(words.contains("€199.60"), "{words}");
}
