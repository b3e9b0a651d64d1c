//! The search. The same table runs on both databases: the same words find the same books.

use bookplate::catalog::{Book, Contributor, Series};

use super::{by, encoded, titles};
use crate::support::TestShop;

/// A few books whose words are told apart by what the search has to know.
fn stock(shop: &TestShop) {
    let book = |title: &str, author: &str, subtitle: &str, series: &str, text: &str| {
        let series = (!series.is_empty()).then(|| (series.to_owned(), Some(1)));
        let (subtitle, text) = (subtitle.to_owned(), text.to_owned());
        shop.book(title)
            .but(by(author))
            .but(move |new| {
                new.subtitle = subtitle;
                new.series = series;
                new.description = text;
            })
            .publish();
    };
    book("Crème brûlée", "Zoë Quill", "A memoir of sugar", "", "About *caramel* and **patience**.");
    book(
        "L’Étranger du port",
        "Émile Færø",
        "",
        "Harbour Tales",
        "A lighthouse keeper. [Map](https://example.org/atlas)",
    );
    book("Straßenlichter", "Łukasz Młynarz", "", "", "Night walks in a city of rain and lighthouse beams.");
    book("吾輩は猫である", "夏目漱石", "", "", "名前はまだ無い。");
    book("猫と吾", "北村", "", "", "別の本。");
    book("हिन्दी किताब", "मीरा", "", "", "");
    book("Война и лес", "Алёна Йод", "", "", "Ёлка в лесу");
    book(
        "Rust & C++ in 21 days",
        "O'Brien-Smith",
        "",
        "",
        "Tables\n\n| a | b |\n|---|---|\n| kestrel | heron |",
    );
}

#[rocket::async_test]
async fn the_same_words_find_the_same_books() {
    let shop = TestShop::new().await;
    stock(&shop);
    let cases: &[(&str, &[&str])] = &[
        // Without regard to accents, case and ligatures, both ways.
        ("creme brulee", &["Crème brûlée"]),
        ("CRÈME", &["Crème brûlée"]),
        ("cre\u{300}me", &["Crème brûlée"]),
        ("etranger", &["L’Étranger du port"]),
        ("faero", &["L’Étranger du port"]),
        ("strassen", &["Straßenlichter"]),
        ("STRAẞENLICHTER", &["Straßenlichter"]),
        ("lukasz mlynarz", &["Straßenlichter"]),
        ("елка", &["Война и лес"]),
        ("алена", &["Война и лес"]),
        // Each word as the beginning of one.
        ("cre", &["Crème brûlée"]),
        ("light", &["L’Étranger du port", "Straßenlichter"]),
        ("ighthouse", &[]),
        // Several words over different fields: all must be there.
        ("zoe caramel sugar", &["Crème brûlée"]),
        ("harbour keeper emile", &["L’Étranger du port"]),
        ("zoe lighthouse", &[]),
        ("lighthouse rain", &["Straßenlichter"]),
        // Markdown is words, not marks; an address in it is none.
        ("patience", &["Crème brûlée"]),
        ("kestrel heron", &["Rust & C++ in 21 days"]),
        ("atlas", &[]),
        ("map", &["L’Étranger du port"]),
        // Scripts without spaces: what is typed together stands together.
        ("吾輩", &["吾輩は猫である"]),
        ("猫", &["吾輩は猫である", "猫と吾"]),
        ("輩吾", &[]),
        ("夏目", &["吾輩は猫である"]),
        ("猫 夏目", &["吾輩は猫である"]),
        ("हिन्दी", &["हिन्दी किताब"]),
        // Marks are nothing, words are words.
        ("c++", &["Crème brûlée", "Rust & C++ in 21 days", "Straßenlichter"]),
        ("o'brien", &["Rust & C++ in 21 days"]),
        ("smith 21", &["Rust & C++ in 21 days"]),
        ("\"creme\"", &["Crème brûlée"]),
        ("creme OR rust", &[]),
        ("creme*", &["Crème brûlée"]),
        ("title:creme", &[]),
        ("-creme", &["Crème brûlée"]),
        ("creme) & !(x", &[]),
        ("NEAR(creme brulee)", &[]),
        ("^creme", &["Crème brûlée"]),
        ("'; DROP TABLE books; --", &[]),
        ("creme \\", &["Crème brûlée"]),
        ("creme:* <-> 'x", &[]),
        ("\u{0}", &[]),
        ("***", &[]),
        ("👍🏽", &[]),
    ];
    for (typed, expected) in cases {
        let page = shop.browser().get(&format!("/books?sort=title&q={}", encoded(typed))).await;
        page.assert_status(200);
        let mut found: Vec<String> = titles(&page).iter().map(|title| title.replace("&#38;", "&")).collect();
        let mut expected: Vec<&str> = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{typed:?}");
    }
}

#[rocket::async_test]
async fn a_word_of_the_title_counts_more_than_one_of_the_description() {
    let shop = TestShop::new().await;
    let text = "The lighthouse stands at the end of the mole, and the lighthouse keeper lives in it.";
    shop.book("A keeper").but(|new| new.description = text.to_owned()).publish();
    shop.book("Lighthouse").but(|new| new.description = "Fog and foam ".repeat(5)).publish();
    shop.book("Another").but(|new| new.description = text.to_owned()).publish();
    shop.book("By the sea").but(|new| new.subtitle = "Lighthouse days".to_owned()).publish();
    let found = titles(&shop.browser().get("/books?q=lighthouse").await);
    assert_eq!(found.first().map(String::as_str), Some("Lighthouse"), "{found:?}");
    assert_eq!(found.get(1).map(String::as_str), Some("By the sea"), "{found:?}");
}

#[rocket::async_test]
async fn a_search_without_a_match_says_what_to_try_and_a_long_one_is_no_harm() {
    let shop = TestShop::new().await;
    stock(&shop);
    let nothing = shop.browser().get("/books?q=zzz%3Cscript%3E").await;
    nothing.assert_status(200).assert_shows("No book matches");
    assert!(!nothing.text().contains("<script>"), "what was typed is text");
    shop.browser().get("/books?q=%20%09").await.assert_shows("All books");
    for long in ["x".repeat(5_000), "word ".repeat(1_000), "猫".repeat(900), "%22".repeat(2_000)] {
        shop.browser().get(&format!("/books?q={}", encoded(&long))).await.assert_status(200);
    }
    shop.browser().get("/books?q=%FF%FE").await.assert_status(200);
}

#[rocket::async_test]
async fn the_search_knows_a_book_by_its_words_of_today() {
    let shop = TestShop::new().await;
    let book = shop
        .book("Old title")
        .but(by("Old Name"))
        .but(|new| new.series = Some(("Old Series".to_owned(), None)))
        .publish();
    let now = shop.clock.now();
    shop.run(move |conn| {
        let author = Contributor::find_by_slug(conn, "old-name")?.expect("the author");
        Contributor::rename(conn, author.id, "Fresh Penname")?;
        let series = Series::find_by_slug(conn, "old-series")?.expect("the series");
        Series::rename(conn, series.id, "Fresh Saga")?;
        let row = Book::find(conn, book.id)?.expect("the book");
        assert_eq!(row.slug, "old-title");
        Ok(())
    });
    for (word, count) in [("penname", 1), ("saga", 1), ("name", 0), ("series", 0)] {
        assert_eq!(titles(&shop.browser().get(&format!("/books?q={word}")).await).len(), count, "{word}");
    }
    let publisher = shop.account("p", bookplate::accounts::Role::Publisher).id;
    shop.run(move |conn| {
        let price = bookplate::money::Money::new(1, bookplate::money::Currency::EUR);
        let new = bookplate::catalog::NewBook::new("Fresh title", price, publisher);
        Book::describe(conn, book.id, &new, now)
    });
    for (word, count) in [("fresh", 1), ("old", 0), ("penname", 0)] {
        assert_eq!(titles(&shop.browser().get(&format!("/books?q={word}")).await).len(), count, "{word}");
    }
}
