//! Titles from a table: looked at first, then all or none.

use bookplate::catalog::Category;
use bookplate::db::schema::{books, title_imports};
use diesel::prelude::*;

use crate::support::{Answer, Browser, TestShop};

async fn send(admin: &Browser<'_>, table: &[u8]) -> Answer {
    admin.send_file("/admin/import", &[], "table", ("titles.csv", "text/csv", table)).await
}

fn report_of(answer: &Answer) -> String {
    answer.assert_status(303);
    answer.header("Location").unwrap_or_default().to_owned()
}

fn count(shop: &TestShop) -> i64 {
    shop.run(|conn| books::table.count().get_result(conn))
}

#[rocket::async_test]
async fn a_table_is_looked_at_first_and_then_taken_in_as_drafts() {
    let shop = TestShop::new().await;
    let (pat, ada) = (shop.publisher("pat"), shop.admin("ada"));
    shop.run(|conn| Category::find_or_create(conn, "Novels", "", 1));
    let table = "\u{feff}title;price;contributors;categories;series;number_in_series;publisher;language\r\n\
                 \"Emma; again\";4,99;Jane Austen; novels;Works;4;pat@example.com;en\r\n\
                 Salt;0;\"Ann Author; Ida Müller (illustrator)\";;;;;de\r\n";
    let table = table.replace("Jane Austen; novels", "Jane Austen;novels");
    let report = report_of(&send(&ada, table.as_bytes()).await);
    let shown = ada.get(&report).await;
    shown
        .assert_shows("All <span class=\"figures\">2</span> rows can be taken in.")
        .assert_shows("Emma; again");
    assert_eq!(count(&shop), 0, "nothing is taken in yet");
    ada.post(&report, &[]).await.assert_redirects_to("/publish?status=draft");
    ada.get("/publish?status=draft")
        .await
        .assert_shows("2 titles are taken in, as drafts.")
        .assert_shows("Ann Author");
    pat.get("/publish").await.assert_shows("Emma; again").assert_shows("€4.99").assert_shows_not("Salt");
    ada.get("/publish?category=novels").await.assert_shows("Emma; again").assert_shows_not(">Salt<");
    ada.get("/publish?q=muller").await.assert_shows("Salt");
    ada.get("/admin/log").await.assert_shows("Took titles in").assert_shows("2 titles, as drafts");
    // A second click takes nothing in again.
    ada.post(&report, &[]).await.assert_status(404);
    assert_eq!(count(&shop), 2);
}

#[rocket::async_test]
async fn one_wrong_row_is_shown_with_its_reasons_and_keeps_all_out() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    shop.book("Emma").publish();
    let table = "title,price,categories,language,publisher,contributors\n\
                 Emma,4.99,,,,\n\
                 ,0.10,Nowhere,english,nobody@example.org,Bo (baker)\n\
                 \"A ghost\n in two lines\",free,,,,\n\
                 Short,1\n";
    let report = report_of(&send(&ada, table.as_bytes()).await);
    let shown = ada.get(&report).await;
    shown.assert_shows(
        "<span class=\"figures\">2</span> of <span class=\"figures\">4</span> rows can’t be taken in",
    );
    for sentence in [
        "There is a title of this name already.",
        "title: Please type the title.",
        "price: The smallest amount that can be charged is €0.50.",
        "categories: There is no category “Nowhere”.",
        "language: Please type a language tag",
        "publisher: Nobody with the address nobody@example.org sells here.",
        "contributors: Please choose what Bo did.",
        "It has 2 cells instead of 6.",
    ] {
        shown.assert_shows(sentence);
    }
    ada.get(&format!("{report}?wrong=true")).await.assert_shows("1 to 2 of").assert_shows_not("A ghost");
    ada.post(&report, &[]).await.assert_redirects_to(&report);
    ada.get(&report).await.assert_shows("2 rows can’t be taken in, so none was.");
    assert_eq!(count(&shop), 1);
    ada.post(&format!("{report}/forget"), &[]).await.assert_redirects_to("/admin/import");
    ada.get(&report).await.assert_status(404);
}

#[rocket::async_test]
async fn what_is_no_table_of_titles_is_refused_with_a_sentence() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    for (table, sentence) in [
        (&b""[..], "Please choose a file."),
        (b"title\nCaf\xe9\n", "isn’t UTF-8"),
        (b"title,isbn\nEmma,1\n", "The column “isbn” isn’t known."),
        (b"title\n", "The table has no row below its head."),
        (b"PK\x03\x04\x00", "isn’t UTF-8"),
    ] {
        send(&ada, table).await.assert_status(422).assert_shows(sentence);
    }
    let kept: i64 = shop.run(|conn| title_imports::table.count().get_result(conn));
    assert_eq!(kept, 0);
    // What is offered to begin with can be sent as it is.
    let template = ada.get("/admin/import/titles.csv").await;
    let report = report_of(&send(&ada, &template.body).await);
    ada.get(&report).await.assert_shows("All <span class=\"figures\">1</span> rows can be taken in.");
}

#[rocket::async_test]
async fn a_long_table_is_looked_at_page_by_page_and_taken_in_whole() {
    let shop = TestShop::new().await;
    let ada = shop.admin("ada");
    let rows = 400;
    let mut table = String::from("title,price,contributors\n");
    for number in 1..=rows {
        table.push_str(&format!("Volume {number},4.99,Ann Author\n"));
    }
    let report = report_of(&send(&ada, table.as_bytes()).await);
    let shown = ada.get(&format!("{report}?page=8")).await;
    shown.assert_shows("351 to 400 of").assert_shows("Volume 400").assert_shows_not("Volume 350<");
    ada.post(&report, &[]).await.assert_status(303);
    assert_eq!(count(&shop), rows);
}
