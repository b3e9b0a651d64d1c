//! What law has the checkout ask: the country, where prices include its VAT, and the word on delivery at once.

use bookplate::config::{Settings, TaxKind};
use bookplate::db::schema::{order_tax, order_waivers};
use bookplate::money::Money;
use diesel::prelude::*;

use crate::support::{TestBook, TestShop, start_of_time};

const WORDS: &str = "I want my books at once and give up the right to withdraw.";

fn sells_from_germany(settings: &mut Settings) {
    settings.seller.name = "Sea Books GmbH".to_owned();
    settings.seller.address = vec!["Kai 7".to_owned()];
    settings.seller.country = "DE".to_owned();
    settings.tax.mode = TaxKind::Included;
    settings.tax.rates =
        [("DE", 7.0), ("FR", 5.5), ("HU", 27.0)].map(|(code, rate)| (code.to_owned(), rate)).into();
}

async fn wants_a_word() -> TestShop {
    TestShop::with(|settings| {
        settings.checkout.waiver = true;
        settings.checkout.waiver_text = WORDS.to_owned();
    })
    .await
}

impl TestShop {
    fn waivers(&self) -> Vec<(String, String, bookplate::db::Timestamp)> {
        self.run(|conn| {
            order_waivers::table
                .select((order_waivers::text, order_waivers::version, order_waivers::agreed_at))
                .load(conn)
        })
    }

    fn book_at(&self, title: &str, minor: i64) -> TestBook {
        let price = Money::new(minor, self.settings.currency);
        self.book(title).but(|new| new.price = price).publish()
    }
}

#[rocket::async_test]
async fn nothing_is_asked_unless_the_settings_say_so() {
    let shop = TestShop::new().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let page = guest.get("/checkout").await;
    page.assert_shows_not("name=\"agreed\"").assert_shows_not("name=\"country\"");
    // What nobody asked for is not taken, either.
    guest
        .presses_the_button("jane@example.org", &[("agreed", "true"), ("country", "FR")])
        .await
        .assert_status(303);
    assert_eq!(shop.waivers(), []);
    let countries: i64 = shop.run(|conn| order_tax::table.count().get_result(conn));
    assert_eq!(countries, 0);
}

#[rocket::async_test]
async fn the_box_is_never_ticked_beforehand_and_without_it_nothing_is_sold() {
    let shop = wants_a_word().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let page = guest.get("/checkout").await.text();
    let from = page.find("<input id=\"agreed\"").expect("the box is there");
    let tag = &page[from..from + page[from..].find('>').unwrap()];
    assert!(!tag.contains("checked") && page.contains(WORDS), "{tag}");

    let refused = guest.presses_the_button("jane@example.org", &[("agreed", "false")]).await;
    refused.assert_status(422).assert_shows("Please tick this box").assert_shows("jane@example.org");
    // Both things that are wrong are said at once.
    let refused = guest.presses_the_button("jane", &[]).await;
    refused.assert_status(422).assert_shows("Please tick this box").assert_shows("e-mail address");
    assert!(shop.orders().is_empty());
    // A tick survives what else is wrong.
    let refused = guest.presses_the_button("jane", &[("agreed", "true")]).await;
    refused
        .assert_status(422)
        .assert_shows("value=\"true\" required checked")
        .assert_shows_not("Please tick");
}

#[rocket::async_test]
async fn what_was_agreed_to_is_kept_in_its_words_and_confirmed_by_mail_and_page() {
    let shop = wants_a_word().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let answer = guest.presses_the_button("jane@example.org", &[("agreed", "true")]).await;
    answer.assert_status(303);
    let pay_page = answer.header("Location").unwrap().to_owned();
    let waivers = shop.waivers();
    assert_eq!(waivers.len(), 1);
    let (text, version, at) = &waivers[0];
    assert_eq!((text.as_str(), *at), (WORDS, start_of_time()));
    assert_eq!(version.len(), 12);

    let page = guest.ends(&pay_page, "pay").await;
    let confirmed = format!("You agreed on 1 March 2026 at 12:00 UTC: “{WORDS}”");
    page.assert_shows(&confirmed);
    let receipt = &shop.receipts()[0];
    let words: Vec<&str> = receipt.text.split_whitespace().collect();
    assert!(words.join(" ").contains(&confirmed), "{}", receipt.text);
    assert!(receipt.html.contains(WORDS), "{}", receipt.html);
}

#[rocket::async_test]
async fn a_second_click_is_the_same_word() {
    let shop = wants_a_word().await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    let first = guest.presses_the_button("jane@example.org", &[("agreed", "true")]).await;
    shop.clock.advance(chrono::TimeDelta::minutes(1));
    let second = guest.presses_the_button("jane@example.org", &[("agreed", "true")]).await;
    assert_eq!(first.header("Location"), second.header("Location"));
    assert_eq!(shop.waivers().len(), 1);
    assert_eq!(shop.waivers()[0].2, start_of_time());
}

#[rocket::async_test]
async fn the_buyers_country_decides_the_vat_and_the_price_stays() {
    let shop = TestShop::with(sells_from_germany).await;
    let salt = shop.book_at("Salt", 1749);
    // By hand: 17.49 * 7 / 107 = 1.144…, * 5.5 / 105.5 = 0.911…, * 27 / 127 = 3.718…; Italy is not in the table and
    // gets the seller's rate; Japan has none.
    for (country, rate, tax) in [
        ("DE", "VAT 7 % (Germany)", "€1.14"),
        ("FR", "VAT 5.5 % (France)", "€0.91"),
        ("HU", "VAT 27 % (Hungary)", "€3.72"),
        ("IT", "VAT 7 % (Italy)", "€1.14"),
        ("JP", "", ""),
    ] {
        let guest = shop.browser();
        guest.wants(&[&salt]).await;
        let page = guest.get("/checkout").await.text();
        assert!(page.contains("<option value=\"DE\" selected>Germany</option>"), "the seller's comes first");
        let email = format!("{country}@example.org");
        let answer = guest.presses_the_button(&email, &[("country", country)]).await;
        answer.assert_status(303);
        let page = guest.ends(answer.header("Location").unwrap(), "pay").await;
        page.assert_shows("€17.49");
        let order = shop.orders().pop().unwrap();
        assert_eq!(order.total_minor, 1749);
        let invoice = guest.get(&format!("/orders/{}/invoice", order.public_id)).await;
        let receipt = shop.receipts().pop().unwrap();
        if rate.is_empty() {
            invoice.assert_status(200).assert_shows_not("VAT 7").assert_shows_not("including VAT");
            assert!(!receipt.text.contains("VAT"), "{}", receipt.text);
        } else {
            invoice.assert_status(200).assert_shows(rate).assert_shows(tax);
            page.assert_shows(&format!("including VAT {tax}"));
            let line = format!("Total: €17.49 (including VAT {tax})");
            assert!(receipt.text.contains(&line), "{line} in {}", receipt.text);
        }
    }
}

#[rocket::async_test]
async fn a_country_that_is_none_is_refused_and_the_choice_is_kept() {
    let shop = TestShop::with(sells_from_germany).await;
    let emma = shop.book("Emma").publish();
    let guest = shop.browser();
    guest.wants(&[&emma]).await;
    for wrong in ["", "XX", "de", "DEU", "'; --"] {
        let answer = guest.presses_the_button("jane@example.org", &[("country", wrong)]).await;
        answer.assert_status(422).assert_shows("Please choose your country");
    }
    assert!(shop.orders().is_empty());
    let answer = guest.presses_the_button("jane", &[("country", "FR")]).await;
    answer.assert_status(422).assert_shows("<option value=\"FR\" selected>France</option>");
    // Whoever thinks again before paying has the country of the last word.
    guest.presses_the_button("jane@example.org", &[("country", "FR")]).await.assert_status(303);
    guest.presses_the_button("jane@example.org", &[("country", "HU")]).await.assert_status(303);
    shop.only_order();
    let country: String = shop.run(|conn| order_tax::table.select(order_tax::country).first(conn));
    assert_eq!(country, "HU");
}

#[rocket::async_test]
async fn yen_have_no_cents_in_their_tax_either() {
    let shop = TestShop::with(|settings| {
        sells_from_germany(settings);
        settings.currency = "JPY".parse().unwrap();
        settings.tax.rates.insert("JP".to_owned(), 10.0);
    })
    .await;
    let salt = shop.book_at("Salt", 1200);
    let guest = shop.browser();
    guest.wants(&[&salt]).await;
    let answer = guest.presses_the_button("jane@example.org", &[("country", "JP")]).await;
    // 1200 * 10 / 110 = 109.09…
    let page = guest.ends(answer.header("Location").unwrap(), "pay").await;
    page.assert_shows("¥1,200").assert_shows("including VAT ¥109");
}
